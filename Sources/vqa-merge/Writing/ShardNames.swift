import Glibc
import Shared

/// The names of a result in several files, as `datasets` and the Hub know
/// them: `train.parquet` becomes `train-00000-of-00003.parquet` and so on. A
/// folder of both, or of shards of two runs, would be loaded as one data set,
/// with what they share twice.
struct ShardNames {
  private let stem: String
  private let ending: String
  /// 0 for a result in one file, which keeps its name.
  private let count: Int

  /// - Parameter count: of the files; 0 for one that keeps its name.
  /// - Throws: if there are files of the same name that are not replaced by
  ///   these, and would be loaded together with them.
  init(_ path: String, count: Int) throws(ToolError) {
    let slash = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
    let dot = path[slash...].lastIndex(of: ".") ?? path.endIndex
    (stem, ending) = (String(path[..<dot]), String(path[dot...]))
    self.count = count
    let folder = String(path[..<slash])
    let prefix = String(path[slash..<dot])
    guard let directory = unsafe opendir(folder + ".") else { return }
    defer { unsafe closedir(directory) }
    if count > 0, unsafe access(path, F_OK) == 0 {
      throw ToolError(
        "\(path) is of another run, and would be loaded with the files of this one: remove it")
    }
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let total = total(name, prefix), total != count else { continue }
      throw ToolError(
        "\(folder)\(name) is of another run with \(total) files, and would be loaded with what this "
          + "one writes: remove it")
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
