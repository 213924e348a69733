import Digests
import Shared

/// An image file as it goes into requests.
final class Picture {
  let format: PictureFormat
  /// SHA-256 of the file.
  let digest: [UInt8]
  private var bytes: [UInt8]
  private var encoded: [UInt8]?

  init(bytes: [UInt8], format: PictureFormat) {
    self.bytes = bytes
    self.format = format
    digest = Digest.hash(.sha256, bytes)
  }

  /// The file in Base64, made once; requests share it.
  var base64: [UInt8] {
    if let encoded { return encoded }
    var text: [UInt8] = []
    text.reserveCapacity(Base64.encodedCount(bytes.count))
    Base64.encode(bytes.span, to: &text)
    encoded = text
    bytes = []
    return text
  }

  /// Bytes of memory.
  var cost: Int { bytes.count + (encoded?.count ?? 0) }
}

/// The pictures that were used last, each read once however many rows ask
/// about it.
struct PictureStore {
  /// The largest image file: Base64 makes it 93 MB of the service's 100 MB.
  static let maximumBytes = 70_000_000

  private struct Slot {
    var picture: Picture
    var lastUse: Int
  }

  private var slots: [String: Slot] = [:]
  private var clock = 0
  /// Memory for pictures that no request in hand holds on to.
  private let capacity: Int

  init(capacity: Int = 8 << 20) { self.capacity = capacity }

  /// The picture at `path`, relative to the working directory.
  mutating func picture(at path: String) throws(RowFailure) -> Picture {
    clock += 1
    if let slot = slots[path] {
      slots[path]?.lastUse = clock
      return slot.picture
    }
    let picture = try Self.load(path)
    slots[path] = Slot(picture: picture, lastUse: clock)
    evict()
    return picture
  }

  private static func load(_ path: String) throws(RowFailure) -> Picture {
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
    return Picture(bytes: bytes, format: format)
  }

  /// Drops the pictures used longest ago; halves the store at once, so that
  /// the search is rare.
  private mutating func evict() {
    var total = slots.values.reduce(0) { $0 + $1.picture.cost }
    guard total > capacity, slots.count > 1 else { return }
    for (path, slot) in slots.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
      guard total > capacity / 2, slot.lastUse != clock else { break }
      total -= slot.picture.cost
      slots[path] = nil
    }
  }
}

extension RowFailure {
  init(_ code: ErrorCode, _ message: String, isReported: Bool = true) {
    self.init(code: code.rawValue, message: message, isReported: isReported)
  }
}
