import Glibc
import Shared

/// Reads whole files.
enum PlainFile {
  /// All of a file.
  ///
  /// - Throws: EISDIR or EINVAL for what is no file, EFBIG for one of more
  ///   than `limit` bytes.
  static func read(_ descriptor: Int32, limit: Int) throws(SystemError) -> [UInt8] {
    var info = stat()
    guard unsafe fstat(descriptor, &info) == 0 else { throw SystemError() }
    guard info.st_mode & S_IFMT == S_IFREG else {
      throw SystemError(code: info.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
    }
    guard info.st_size <= limit else { throw SystemError(code: EFBIG) }
    var bytes = [UInt8](repeating: 0, count: Int(info.st_size))
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw SystemError() }
      if count == 0 { break }
      done += count
    }
    bytes.removeLast(bytes.count - done)
    return bytes
  }
}
