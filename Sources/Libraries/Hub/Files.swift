import Glibc
import Shared

/// What the cache needs of the file system.
enum Files {
  /// The text of a file of up to 64 KiB.
  static func readSmall(_ path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
    return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
  }

  /// The bytes of a file of any length.
  static func read(_ path: String) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
      guard count >= 0 else { return nil }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }

  /// Whether there is something at `path`.
  static func exists(_ path: String) -> Bool {
    unsafe access(path, F_OK) == 0
  }

  /// Makes the directories above `path` that are missing.
  static func makeParents(of path: String) throws(HubError) {
    guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
    let parent = String(path[..<slash])
    if unsafe mkdir(parent, 0o777) == 0 || errno == EEXIST { return }
    guard errno == ENOENT else { throw HubError("\(parent): \(SystemError())") }
    try makeParents(of: parent)
    guard unsafe mkdir(parent, 0o777) == 0 || errno == EEXIST else {
      throw HubError("\(parent): \(SystemError())")
    }
  }

  /// All files below `directory`, as paths relative to it.
  static func list(_ directory: String) -> [String] {
    guard let stream = unsafe opendir(directory) else { return [] }
    defer { unsafe closedir(stream) }
    var found: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name != ".", name != ".." else { continue }
      var info = stat()
      guard unsafe stat("\(directory)/\(name)", &info) == 0 else { continue }
      if info.st_mode & S_IFMT == S_IFDIR {
        found += list("\(directory)/\(name)").map { "\(name)/\($0)" }
      } else {
        found.append(name)
      }
    }
    return found
  }
}
