import Glibc
import Shared

/// The names of a result in several files, as `datasets` and the Hub know
/// them: `train.parquet` becomes `train-00000-of-00003.parquet` and so on.
struct ShardNames {
  private let stem: String
  private let ending: String
  private let count: Int

  /// - Throws: if there are files of the same name out of another number,
  ///   which would be loaded together with these.
  init(_ path: String, count: Int) throws(ToolError) {
    let slash = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
    let dot = path[slash...].lastIndex(of: ".") ?? path.endIndex
    (stem, ending) = (String(path[..<dot]), String(path[dot...]))
    self.count = count
    let folder = String(path[..<slash])
    let prefix = String(path[slash..<dot])
    guard let directory = unsafe opendir(folder + ".") else { return }
    defer { unsafe closedir(directory) }
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let total = total(name, prefix), total != count else { continue }
      throw ToolError(
        "\(folder)\(name) is of another run with \(total) files, and would be loaded with the "
          + "\(count) of this one: remove it")
    }
  }

  subscript(place: Int) -> String {
    "\(stem)-\(Self.digits(place))-of-\(Self.digits(count))\(ending)"
  }

  /// Out of how many files a name is one; nil if it is none of these.
  private func total(_ name: String, _ prefix: String) -> Int? {
    guard name.hasPrefix(prefix + "-"), name.hasSuffix(ending) else { return nil }
    let parts = name.dropFirst(prefix.count + 1).dropLast(ending.count).split(separator: "-")
    guard parts.count == 3, parts[1] == "of", parts.allSatisfy({ $0.count >= 2 }),
      Int(parts[0]) != nil
    else { return nil }
    return Int(parts[2])
  }

  private static func digits(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, 5 - text.count)) + text
  }
}
