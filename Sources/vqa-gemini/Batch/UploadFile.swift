import Digests
import Shared

/// The input of a job as it is uploaded: a file that does not change any more.
struct UploadFile: ~Copyable {
  private let file: PlainFile
  private let path: String
  /// SHA-256, in hexadecimal digits.
  let digest: String

  /// Bytes that are read at once for the digest.
  private static let chunk = 1 << 20

  init(_ path: String) throws(BatchFailure) {
    let file = try Self.opened(path)
    digest = try Self.digest(of: file, path)
    self.file = file
    self.path = path
  }

  private static func opened(_ path: String) throws(BatchFailure) -> PlainFile {
    do throws(SystemError) {
      return try PlainFile(path)
    } catch {
      throw failure(path, error.description)
    }
  }

  var size: Int { file.size }

  private static func digest(
    of file: borrowing PlainFile, _ path: String
  ) throws(BatchFailure) -> String {
    var digest = Digest(.sha256)
    for start in stride(from: 0, to: file.size, by: chunk) {
      let piece = try read(start..<min(file.size, start + chunk), of: file, path)
      unsafe digest.update(piece.span.bytes)
    }
    return hexadecimal(digest.finish())
  }

  func read(_ range: Range<Int>) throws(BatchFailure) -> [UInt8] {
    try Self.read(range, of: file, path)
  }

  private static func read(
    _ range: Range<Int>, of file: borrowing PlainFile, _ path: String
  ) throws(BatchFailure) -> [UInt8] {
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try file.read(range)
    } catch {
      throw failure(path, error.description)
    }
    guard bytes.count == range.count else { throw failure(path, "it ends early") }
    return bytes
  }

  private static func failure(_ path: String, _ reason: String) -> BatchFailure {
    .refused("\(path): the file of a batch cannot be read: \(reason)")
  }
}
