import Glibc
import Shared

/// A file under TMPDIR that has no name any more: whatever ends the process,
/// its space is given back.
final class TemporaryFile {
  private let descriptor: Int32
  private let directory: String

  init(in directory: String = TemporaryFile.defaultDirectory) throws(ToolError) {
    self.directory = directory
    var template = Array("\(directory)/vqa-merge.XXXXXX".utf8CString)
    descriptor = unsafe mkstemp(&template)
    guard descriptor >= 0 else { throw Self.failure(directory, errno) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = unsafe unlink(template)
  }

  deinit { close(descriptor) }

  /// `TMPDIR`, or `/tmp`.
  static var defaultDirectory: String {
    let variable = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? ""
    return variable.isEmpty ? "/tmp" : variable
  }

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

  /// Fills `range` of `buffer` from an offset on.
  func read(_ range: Range<Int>, of buffer: inout [UInt8], at offset: Int) throws(ToolError) {
    var done = 0
    while done < range.count {
      let got = unsafe buffer.withUnsafeMutableBytes {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: $0[range.dropFirst(done)])
        return unsafe pread(descriptor, rest.baseAddress, rest.count, offset + done)
      }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { throw Self.failure(directory, got < 0 ? errno : EIO) }
      done += got
    }
  }

  private static func failure(_ directory: String, _ code: Int32) -> ToolError {
    ToolError(
      "temporary space in \(directory): \(SystemError(code: code)); "
        + "set TMPDIR to a directory with more room")
  }
}
