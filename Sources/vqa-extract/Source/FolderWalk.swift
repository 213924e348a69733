import Glibc
import Shared

/// The files below a folder.
enum FolderWalk {
  /// Deeper than any data set nests; links may go in circles.
  private static let maximumDepth = 16

  /// All files, relative to `root`, in no order. What belongs to git or to a
  /// cache is left out.
  static func paths(below root: String) throws(ToolError) -> [String] {
    var found: [String] = []
    try walk(root, prefix: "", depth: 0, into: &found)
    return found
  }

  private static func walk(
    _ folder: String, prefix: String, depth: Int, into found: inout [String]
  ) throws(ToolError) {
    guard let handle = unsafe opendir(folder) else {
      throw ToolError("\(folder): \(SystemError())")
    }
    defer { unsafe closedir(handle) }
    while let entry = unsafe readdir(handle) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard ![".", "..", ".git", ".cache"].contains(name) else { continue }
      let path = join(folder, name)
      var isFolder = unsafe entry.pointee.d_type == UInt8(DT_DIR)
      if unsafe entry.pointee.d_type != UInt8(DT_REG), !isFolder {
        isFolder = Folder.recognizes(path)
      }
      if isFolder {
        guard depth < maximumDepth else { continue }
        try walk(path, prefix: "\(prefix)\(name)/", depth: depth + 1, into: &found)
      } else {
        found.append(prefix + name)
      }
    }
  }
}

/// Small files such as a card, and the beginnings of others.
enum SmallFile {
  /// The first 64 kB.
  static func start(of path: String) throws(ToolError) -> ArraySlice<UInt8> {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw ToolError("\(path): \(SystemError())") }
    defer { close(descriptor) }
    var block = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe Glibc.read(descriptor, &block, block.count)
    guard count >= 0 else { throw ToolError("\(path): \(SystemError())") }
    return block[..<count]
  }

  private static let maximumBytes = 16 << 20

  static func read(_ path: String) throws(ToolError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw ToolError("\(path): \(SystemError())") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe Glibc.read(descriptor, &block, block.count)
      guard count >= 0 else { throw ToolError("\(path): \(SystemError())") }
      if count == 0 { return bytes }
      bytes += block[..<count]
      guard bytes.count <= maximumBytes else { throw ToolError("\(path): too long") }
    }
  }
}

extension ArraySlice<UInt8> {
  /// Whether the bytes of `text` stand somewhere in it.
  func contains(_ text: String.UTF8View) -> Bool {
    indices.contains { self[$0...].starts(with: text) }
  }
}
