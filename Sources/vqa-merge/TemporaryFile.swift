import Glibc
import Shared

/// A file under TMPDIR that has no name any more: whatever ends the process,
/// its space is given back.
struct TemporaryFile: ~Copyable {
  private let descriptor: Int32
  private let directory: String

  init() throws(ToolError) {
    let variable = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? ""
    directory = variable.isEmpty ? "/tmp" : variable
    var template = Array("\(directory)/vqa-merge.XXXXXX".utf8CString)
    descriptor = unsafe mkstemp(&template)
    guard descriptor >= 0 else { throw Self.failure(directory, errno) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = unsafe unlink(template)
  }

  deinit { close(descriptor) }

  /// Writes all of `bytes` at an offset.
  func write(_ bytes: Span<UInt8>, at offset: Int) throws(ToolError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.extracting(done...).withUnsafeBytes {
        unsafe pwrite(descriptor, $0.baseAddress, $0.count, offset + done)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.failure(directory, errno)
      }
      done += count
    }
  }

  /// Fills `buffer` with the `count` bytes at an offset.
  func read(_ count: Int, at offset: Int, into buffer: inout [UInt8]) throws(ToolError) {
    if buffer.count < count {
      buffer.append(contentsOf: repeatElement(0, count: count - buffer.count))
    }
    var done = 0
    while done < count {
      let got = unsafe buffer.withUnsafeMutableBytes {
        unsafe pread(
          descriptor, $0.baseAddress.map { unsafe $0 + done }, count - done, offset + done)
      }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { throw Self.failure(directory, got < 0 ? errno : EIO) }
      done += got
    }
  }

  private static func failure(_ directory: String, _ code: Int32) -> ToolError {
    ToolError(
      "temporary space in \(directory): \(SystemError(code: code)); "
        + "TMPDIR names another directory")
  }
}
