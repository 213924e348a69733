import Glibc
import Shared

/// The input of a job while it is written: a file that nobody else sees, and
/// that goes with the process unless it is kept.
struct PartFile: ~Copyable {
  private var file: TemporaryFile
  private var writer: ByteWriter

  /// - Parameter folder: with a slash at its end.
  init(in folder: String) throws(ToolError) {
    do throws(SystemError) {
      file = try TemporaryFile(in: folder, for: "batch", mode: 0o600)
    } catch {
      throw ToolError("\(folder): no file for a batch: \(error)")
    }
    writer = ByteWriter(descriptor: file.descriptor, name: "\(folder)batch")
  }

  /// Appends the pieces of a line and its end.
  mutating func append(_ pieces: [[UInt8]]) throws(ToolError) {
    for piece in pieces { try writer.write(piece.span) }
  }

  /// Has the file hold all that was appended, and gives it a name, so that it
  /// outlasts the process; where the file system has no such names it goes on
  /// without.
  ///
  /// - Returns: where it can be opened as long as this value lives.
  mutating func finish(keptAt path: String) throws(ToolError) -> String {
    try writer.flush()
    do throws(SystemError) {
      try file.link(to: path)
      return path
    } catch {
      return "/proc/self/fd/\(file.descriptor)"
    }
  }

  /// The finished file, for reading.
  func opened(at path: String) throws(BatchFailure) -> UploadFile { try UploadFile(path) }
}
