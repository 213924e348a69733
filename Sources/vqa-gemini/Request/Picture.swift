import Digests
import Shared

/// An image file of which it is known that it may be sent. It is small: the
/// bytes are the store's.
final class Picture {
  let path: String
  let format: PictureFormat
  /// SHA-256 of the file.
  let digest: [UInt8]

  init(path: String, bytes: [UInt8], format: PictureFormat) {
    self.path = path
    self.format = format
    digest = Digest.hash(.sha256, bytes)
  }
}

/// The pictures that were used last, each read and encoded once however many
/// rows ask about it; more of them than fit are read again when they are due.
struct PictureStore {
  /// The largest image file: Base64 makes it 93 MB of the service's 100 MB.
  static let maximumBytes = 70_000_000
  /// Names that are remembered.
  private static let maximumNames = 1 << 16

  private struct Slot {
    var base64: [UInt8]
    var lastUse: Int
  }

  private var known: [String: Picture] = [:]
  private var slots: [[UInt8]: Slot] = [:]
  private var bytes = 0
  private var clock = 0
  /// Bytes of Base64 that are kept.
  private let capacity: Int

  init(capacity: Int = 16 << 20) { self.capacity = capacity }

  /// The picture at `path`, relative to the working directory.
  mutating func picture(at path: String) throws(RowFailure) -> Picture {
    if let picture = known[path] { return picture }
    let (picture, bytes) = try Self.load(path)
    if known.count >= Self.maximumNames { known.removeAll() }
    known[path] = picture
    keep(bytes, of: picture)
    return picture
  }

  /// The file in Base64; requests share it.
  ///
  /// - Throws: if the file is no longer what it was when it was looked at.
  mutating func base64(_ picture: Picture) throws(RowFailure) -> [UInt8] {
    clock += 1
    if let slot = slots[picture.digest] {
      slots[picture.digest]?.lastUse = clock
      return slot.base64
    }
    let (again, bytes) = try Self.load(picture.path)
    guard again.digest == picture.digest else {
      known[picture.path] = nil
      throw RowFailure(.imageUnreadable, "\(picture.path): it was changed during the run")
    }
    return keep(bytes, of: picture)
  }

  @discardableResult
  private mutating func keep(_ file: [UInt8], of picture: Picture) -> [UInt8] {
    clock += 1
    var text: [UInt8] = []
    text.reserveCapacity(Base64.encodedCount(file.count))
    Base64.encode(file.span, to: &text)
    if slots.updateValue(Slot(base64: text, lastUse: clock), forKey: picture.digest) == nil {
      bytes += text.count
    }
    evict()
    return text
  }

  private static func load(_ path: String) throws(RowFailure) -> (Picture, [UInt8]) {
    let bytes: [UInt8]
    do throws(SmallFile.Failure) {
      bytes = try SmallFile.contents(path, limit: maximumBytes)
    } catch {
      switch error {
      case .system(let error): throw RowFailure(.imageUnreadable, "\(path): \(error)")
      case .notAFile: throw RowFailure(.notAnImage, "\(path): not a file")
      case .tooLarge(let size):
        throw RowFailure(
          .imageTooLarge, "\(path): \(size) bytes, more than the \(maximumBytes) that can be sent")
      }
    }
    guard let format = PictureFormat(bytes) else {
      throw RowFailure(
        .notAnImage, "\(path): not a PNG, JPEG, WebP or HEIF picture; it was not sent")
    }
    return (Picture(path: path, bytes: bytes, format: format), bytes)
  }

  /// Drops what was used longest ago; a quarter at once, so that the search is
  /// rare.
  private mutating func evict() {
    guard bytes > capacity else { return }
    for (digest, slot) in slots.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
      guard bytes > capacity / 4 * 3, slot.lastUse != clock else { break }
      bytes -= slot.base64.count
      slots[digest] = nil
    }
  }
}
