import Digests
import Glibc
import HTTP
import Shared

/// Downloads one blob to a partial file beside its place, going on where an
/// earlier try stopped, and puts it in its place once its hash is right.
final class BlobDownload: BodySink {
  private let location: HubClient.Location
  private let name: String
  private let target: String
  private let partial: String
  private let report: (_ name: String, _ done: Int, _ total: Int?) -> Void
  private var descriptor: Int32 = -1
  private var written = 0
  private var failure: HubError?
  /// Whether the first byte of a response is still to come.
  private var isFresh = true

  init(
    _ location: HubClient.Location, name: String, target: String,
    report: @escaping (_ name: String, _ done: Int, _ total: Int?) -> Void
  ) {
    self.location = location
    self.name = name
    self.target = target
    self.report = report
    partial = target + ".incomplete"
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Downloads, with a few tries of which each goes on where the last one stopped.
  func run(_ client: HubClient) throws {
    try Files.makeParents(of: partial)
    descriptor = unsafe open(partial, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw HubError("\(partial): \(SystemError())") }
    var isSecondTry = false
    while true {
      try fetchAll(client)
      if try isRight() { break }
      // Perhaps the part from an earlier run was damaged: once from the start.
      guard !isSecondTry else {
        throw HubError("\(name): checksum mismatch: not the bytes that the Hub lists")
      }
      isSecondTry = true
      guard ftruncate(descriptor, 0) == 0 else { throw HubError("\(partial): \(SystemError())") }
    }
    guard fsync(descriptor) == 0, unsafe rename(partial, target) == 0 else {
      throw HubError("\(target): \(SystemError())")
    }
  }

  private func fetchAll(_ client: HubClient) throws {
    var wait = 1.0
    while true {
      written = max(0, Int(lseek(descriptor, 0, SEEK_END)))
      if let size = location.size, written > size {
        guard ftruncate(descriptor, 0) == 0 else { throw HubError("\(partial): \(SystemError())") }
        written = 0
      }
      if let size = location.size, written == size, size > 0 { return }
      let before = written
      isFresh = true
      do {
        let head = try client.download(location.url, from: written, into: self)
        switch head.status {
        case 200, 206:
          guard let size = location.size else { return }
          guard written <= size else { throw tooLong(size) }
          if written == size { return }
        case 416 where written > 0: return
        case 429, 500...: break
        default:
          throw HubError("\(name): status \(head.status) from \(URLText.origin(location.url))")
        }
      } catch let error as Unreachable {
        if let failure { throw failure }
        if Interrupt.requested != nil || wait > 16 { throw error }
      }
      if let failure { throw failure }
      if wait > 16 {
        throw Unreachable(description: "\(name): the download breaks off again and again")
      }
      guard Interrupt.sleep(wait) else {
        throw HubError("\(name): interrupted")
      }
      wait = written > before ? 1 : wait * 2
    }
  }

  private func tooLong(_ size: Int) -> HubError {
    HubError("\(name): longer than the \(size) bytes that the Hub gives as its size")
  }

  func receive(_ bytes: UnsafeRawBufferPointer, head: ResponseHead) -> Bool {
    guard head.status == 200 || head.status == 206 else { return true }
    if head.status == 200, isFresh, written > 0 {
      // The server sends the whole although a part was asked for.
      guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else { return false }
      written = 0
    }
    isFresh = false
    if let size = location.size, bytes.count > size - written {
      failure = tooLong(size)
      return false
    }
    var rest = unsafe bytes
    while unsafe !rest.isEmpty {
      let count = unsafe write(descriptor, rest.baseAddress, rest.count)
      if count < 0 {
        if errno == EINTR, Interrupt.requested == nil { continue }
        failure = HubError("\(partial): \(SystemError())")
        return false
      }
      written += count
      unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return true
  }

  func goesOn() -> Bool {
    report(name, written, location.size)
    return Interrupt.requested == nil
  }

  /// Large files are named by their SHA-256, small ones by git's hash of a
  /// blob, the SHA-1 of `blob <size>\0` and the bytes.
  private func isRight() throws -> Bool {
    let size = Int(lseek(descriptor, 0, SEEK_END))
    if let expected = location.size, size != expected { return false }
    var digest: Digest
    switch location.etag.utf8.count {
    case 64: digest = Digest(.sha256)
    case 40:
      digest = Digest(.sha1)
      unsafe digest.update(Array("blob \(size)\u{0}".utf8).span.bytes)
    default: return true
    }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var offset = 0
    while true {
      let count = unsafe pread(descriptor, &buffer, buffer.count, off_t(offset))
      guard count >= 0 else { throw HubError("\(partial): \(SystemError())") }
      if count == 0 { break }
      unsafe digest.update(buffer.span.extracting(0..<count).bytes)
      offset += count
    }
    return hexadecimal(digest.finish()) == location.etag
  }
}
