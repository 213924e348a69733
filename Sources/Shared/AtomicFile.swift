import Glibc

/// A file that appears whole or not at all: written under a temporary name
/// beside its target, synced, then renamed over it.
public struct AtomicFile: ~Copyable {
  private let path: String
  private let temporaryPath: String
  private var writer: ByteWriter?
  private var isCommitted = false

  /// Opens a temporary file in the directory of `path`, which must exist.
  public init(path: String) throws(ToolError) {
    self.path = path
    let slash = path.lastIndex(of: "/")
    let directory = slash.map { String(path[...$0]) } ?? ""
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    var template = Array("\(directory).\(name).XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&template)
    guard descriptor >= 0 else { throw ToolError("\(path): \(SystemError())") }
    temporaryPath = String(
      decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    // mkstemp makes it 0600; the file is to be as any other that is created.
    let mask = umask(0)
    umask(mask)
    _ = fchmod(descriptor, 0o666 & ~mask)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    writer = ByteWriter(descriptor: descriptor, name: path, isSynced: true)
  }

  /// Appends `bytes`.
  public mutating func write(_ bytes: Span<UInt8>) throws(ToolError) {
    try writer?.write(bytes)
  }

  /// Puts the file in its place, in the stead of what was there.
  public consuming func commit() throws(ToolError) {
    if let writer = writer.take() { try writer.close() }
    guard unsafe rename(temporaryPath, path) == 0 else {
      throw ToolError("\(path): \(SystemError())")
    }
    isCommitted = true
  }

  deinit {
    if !isCommitted { _ = unsafe unlink(temporaryPath) }
  }

  /// Writes `bytes` as the whole of `path`.
  public static func write(_ bytes: Span<UInt8>, to path: String) throws(ToolError) {
    var file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit()
  }
}
