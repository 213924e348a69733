import Glibc
import Shared

/// Reads whole files of a size that is known to be sensible.
enum SmallFile {
  /// Why a file was not read.
  enum Failure: Error {
    case system(SystemError)
    case notAFile
    case tooLarge(Int)
  }

  /// - Parameter limit: bytes; a longer file is refused before it is read.
  static func contents(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
    // Not to wait for ever on a FIFO that a row names.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system(SystemError()) }
    defer { close(descriptor) }
    var info = stat()
    guard unsafe fstat(descriptor, &info) == 0 else { throw .system(SystemError()) }
    guard info.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
    let size = Int(info.st_size)
    guard size <= limit else { throw .tooLarge(size) }
    var failure: SystemError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = unsafe Glibc.read(
          descriptor, buffer.baseAddress?.advanced(by: count), size - count)
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = SystemError() }
        guard got > 0 else { break }
        count += got
      }
    }
    if let failure { throw .system(failure) }
    return bytes
  }

  /// A file that the command line names.
  static func read(_ path: String, limit: Int) throws(ToolError) -> [UInt8] {
    do throws(Failure) {
      return try contents(path, limit: limit)
    } catch {
      switch error {
      case .system(let error): throw ToolError("\(path): \(error)")
      case .notAFile: throw ToolError("\(path): not a file")
      case .tooLarge: throw ToolError("\(path): longer than \(limit) bytes")
      }
    }
  }
}
