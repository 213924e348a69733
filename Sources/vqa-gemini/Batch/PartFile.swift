import Glibc
import Shared

/// The input of a job while it is written and uploaded: a file that nobody
/// else sees, and that goes with the process.
struct PartFile: ~Copyable {
  private let file: TemporaryFile
  private var writer: ByteWriter
  private let folder: String
  private(set) var size = 0

  /// - Parameter folder: with a slash at its end.
  init(in folder: String) throws(ToolError) {
    self.folder = folder
    do throws(SystemError) {
      file = try TemporaryFile(in: folder, for: "batch", mode: 0o600)
    } catch {
      throw ToolError("\(folder): no file for a batch: \(error)")
    }
    writer = ByteWriter(descriptor: file.descriptor, name: "\(folder)batch")
  }

  /// Appends the pieces of a line and its end.
  mutating func append(_ pieces: [[UInt8]]) throws(ToolError) {
    for piece in pieces {
      try writer.write(piece.span)
      size += piece.count
    }
  }

  /// Has the file hold all that was appended.
  mutating func finish() throws(ToolError) { try writer.flush() }

  /// The bytes of `range`, once it is finished.
  func read(_ range: Range<Int>) throws(BatchFailure) -> [UInt8] {
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
      while filled < range.count {
        let count = unsafe pread(
          file.descriptor, buffer.baseAddress?.advanced(by: filled), range.count - filled,
          off_t(range.lowerBound + filled))
        if count < 0, errno == EINTR { continue }
        if count <= 0 { break }
        filled += count
      }
    }
    guard bytes.count == range.count else {
      throw .refused("\(folder): the file of a batch cannot be read: \(SystemError())")
    }
    return bytes
  }
}
