import Glibc
import Shared

/// A file under TMPDIR that has no name: whatever ends the process, its space
/// is given back.
final class UnnamedFile {
  private let file: TemporaryFile
  private let directory: String
  private var descriptor: Int32 { file.descriptor }

  init(in directory: String = UnnamedFile.defaultDirectory) throws(ToolError) {
    self.directory = directory
    do throws(SystemError) {
      var file = try TemporaryFile(in: directory + "/", for: Merge.toolName, mode: 0o600)
      file.removeName()
      self.file = file
    } catch {
      throw Self.failure(directory, error.code)
    }
  }

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
