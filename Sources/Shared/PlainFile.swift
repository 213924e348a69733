import Glibc

/// A plain file that is open for reading. A directory, device, pipe or socket,
/// which could block or have no end, is refused.
public struct PlainFile: ~Copyable {
  /// For calls of the system that are not here.
  public let descriptor: Int32
  /// Bytes, when it was opened.
  public let size: Int

  /// - Parameter followsLink: whether `path` may be a symbolic link itself; the
  ///   directories before it always may.
  public init(_ path: String, followsLink: Bool = true) throws(SystemError) {
    try self.init(path.utf8.map(\.self), followsLink: followsLink)
  }

  /// - Parameter path: need not be UTF-8.
  public init(_ path: [UInt8], followsLink: Bool = true) throws(SystemError) {
    guard !path.contains(0) else {
      (descriptor, size) = (-1, 0)
      throw SystemError(code: ENOENT)
    }
    let name = (path + [0]).map { CChar(bitPattern: $0) }
    let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    descriptor = unsafe open(name, followsLink ? flags : flags | O_NOFOLLOW)
    var info = stat()
    guard descriptor >= 0, unsafe fstat(descriptor, &info) == 0 else {
      size = 0
      throw SystemError()
    }
    size = Int(info.st_size)
    switch info.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw SystemError(code: EISDIR)
    default: throw SystemError(code: EINVAL, words: "not a plain file")
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// All of it.
  ///
  /// - Throws: EFBIG for more than `limit` bytes, before any is read.
  public func readAll(limit: Int) throws(SystemError) -> [UInt8] {
    guard size <= limit else { throw SystemError(code: EFBIG) }
    return try read(0..<size)
  }

  /// The bytes of `range`; fewer if the file ends before.
  public func read(_ range: Range<Int>) throws(SystemError) -> [UInt8] {
    var failure: SystemError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
      while filled < range.count {
        let count = unsafe pread(
          descriptor, buffer.baseAddress?.advanced(by: filled), range.count - filled,
          off_t(range.lowerBound + filled))
        if count < 0, errno == EINTR { continue }
        if count < 0 { failure = SystemError() }
        if count <= 0 { break }
        filled += count
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
