import Glibc

/// A file that appears whole or not at all: written under a temporary name
/// beside its target, synced, then renamed over it. A link stays, and what it
/// points to is replaced; a device or pipe is written to as it is.
public struct AtomicFile: ~Copyable {
  private let path: String
  /// Empty if `path` is written to as it is.
  private let temporaryPath: String
  private var writer: ByteWriter?
  private var isCommitted = false
  /// For a library that writes the file by itself, instead of `write`.
  public let descriptor: Int32

  /// Opens a temporary file in the directory of `path`, which must exist.
  public init(path name: String) throws(ToolError) {
    path = Self.resolved(name)
    let descriptor: Int32
    if Self.isSpecial(path) {
      temporaryPath = ""
      descriptor = unsafe open(path, O_WRONLY | O_NOCTTY)
    } else {
      (descriptor, temporaryPath) = Self.openTemporary(beside: path)
    }
    guard descriptor >= 0 else {
      let error = SystemError()
      isCommitted = true
      self.descriptor = descriptor
      throw ToolError("\(name): \(error)")
    }
    self.descriptor = descriptor
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    writer = ByteWriter(
      descriptor: descriptor, name: name, isSynced: !temporaryPath.isEmpty)
  }

  /// What a link points to; the path itself if it is none, or leads nowhere.
  private static func resolved(_ path: String) -> String {
    guard let real = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// Whether there is something that must not be replaced: a device, a pipe.
  private static func isSpecial(_ path: String) -> Bool {
    var info = stat()
    return unsafe stat(path, &info) == 0 && info.st_mode & S_IFMT != S_IFREG
  }

  /// The process's mask, which can only be read by setting it: done once, since
  /// two threads at that would leave it at zero.
  private static let mask: mode_t = {
    let mask = umask(0)
    umask(mask)
    return mask
  }()

  private static func openTemporary(beside path: String) -> (descriptor: Int32, path: String) {
    let slash = path.lastIndex(of: "/")
    let directory = slash.map { String(path[...$0]) } ?? ""
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    var template = Array("\(directory).\(name).XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&template)
    guard descriptor >= 0 else { return (descriptor, "") }
    // mkstemp makes it 0600; the file is to be as any other that is created.
    _ = fchmod(descriptor, 0o666 & ~mask)
    let bytes = template.dropLast().map(UInt8.init(bitPattern:))
    return (descriptor, String(decoding: bytes, as: UTF8.self))
  }

  /// Appends `bytes`.
  public mutating func write(_ bytes: Span<UInt8>) throws(ToolError) {
    try writer?.write(bytes)
  }

  /// Puts the file in its place, in the stead of what was there.
  public consuming func commit() throws(ToolError) {
    if let writer = writer.take() { try writer.close() }
    if !temporaryPath.isEmpty, unsafe rename(temporaryPath, path) != 0 {
      throw ToolError("\(path): \(SystemError())")
    }
    isCommitted = true
  }

  /// Puts the file in its place unless there is one already, and says whether
  /// it did: of several processes that make the same file the first wins.
  public consuming func commitAsNew() throws(ToolError) -> Bool {
    if let writer = writer.take() { try writer.close() }
    if unsafe link(temporaryPath, path) == 0 { return true }
    if errno == EEXIST { return false }
    // The file system has no links.
    guard unsafe rename(temporaryPath, path) == 0 else {
      throw ToolError("\(path): \(SystemError())")
    }
    isCommitted = true
    return true
  }

  deinit {
    if !isCommitted, !temporaryPath.isEmpty { _ = unsafe unlink(temporaryPath) }
  }

  /// Writes `bytes` as the whole of `path`.
  public static func write(_ bytes: Span<UInt8>, to path: String) throws(ToolError) {
    var file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit()
  }
}
