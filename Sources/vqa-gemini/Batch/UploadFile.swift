import Digests
import Glibc
import Shared

/// The input of a job as it is uploaded: a file that does not change any more.
struct UploadFile: ~Copyable {
  private let descriptor: Int32
  private let path: String
  let size: Int
  /// SHA-256, in hexadecimal digits.
  let digest: String

  /// Bytes that are read at once for the digest.
  private static let chunk = 1 << 20

  init(_ path: String) throws(BatchFailure) {
    let (descriptor, size, digest) = try Self.opened(path)
    self.descriptor = descriptor
    self.path = path
    self.size = size
    self.digest = digest
  }

  private static func opened(
    _ path: String
  ) throws(BatchFailure) -> (descriptor: Int32, size: Int, digest: String) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    let size = Int(max(0, lseek(descriptor, 0, SEEK_END)))
    do throws(BatchFailure) {
      return (descriptor, size, try digest(descriptor, size, path))
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  private static func digest(
    _ descriptor: Int32, _ size: Int, _ path: String
  ) throws(BatchFailure) -> String {
    var digest = Digest(.sha256)
    for start in stride(from: 0, to: size, by: chunk) {
      let piece = try read(descriptor, start..<min(size, start + chunk), path)
      unsafe digest.update(piece.span.bytes)
    }
    return hexadecimal(digest.finish())
  }

  func read(_ range: Range<Int>) throws(BatchFailure) -> [UInt8] {
    try Self.read(descriptor, range, path)
  }

  private static func read(
    _ descriptor: Int32, _ range: Range<Int>, _ path: String
  ) throws(BatchFailure) -> [UInt8] {
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
      while filled < range.count {
        let count = unsafe pread(
          descriptor, buffer.baseAddress?.advanced(by: filled), range.count - filled,
          off_t(range.lowerBound + filled))
        if count < 0, errno == EINTR { continue }
        if count <= 0 { break }
        filled += count
      }
    }
    guard bytes.count == range.count else { throw failure(path) }
    return bytes
  }

  private static func failure(_ path: String) -> BatchFailure {
    .refused("\(path): the file of a batch cannot be read: \(SystemError())")
  }
}
