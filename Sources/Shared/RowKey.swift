import Glibc

/// The keys of the row contract: what the four tools know of a row. All
/// others go through as they came.
public enum RowKey: String, CaseIterable, Sendable {
  case id, split, row, question, answer, image
  case imageHash = "image_hash"
  case imagePath = "image_path"
  case imageSize = "image_size"
  case descriptiveAnswer = "descriptive_answer"
  case gemini, error
  case blindAnswer = "blind_answer"

  /// The key that these bytes spell, told by length first so that most keys
  /// cost one comparison.
  init?(spelling text: Span<UInt8>) {
    let (key, name): (RowKey, StaticString)
    switch (text.count, text.isEmpty ? 0 : text[0]) {
    case (2, _): (key, name) = (.id, "id")
    case (3, _): (key, name) = (.row, "row")
    case (5, UInt8(ascii: "s")): (key, name) = (.split, "split")
    case (5, UInt8(ascii: "i")): (key, name) = (.image, "image")
    case (5, _): (key, name) = (.error, "error")
    case (6, UInt8(ascii: "a")): (key, name) = (.answer, "answer")
    case (6, _): (key, name) = (.gemini, "gemini")
    case (8, _): (key, name) = (.question, "question")
    case (10, _):
      // image_hash, image_path and image_size differ from the seventh letter.
      switch text[6] {
      case UInt8(ascii: "h"): (key, name) = (.imageHash, "image_hash")
      case UInt8(ascii: "p"): (key, name) = (.imagePath, "image_path")
      default: (key, name) = (.imageSize, "image_size")
      }
    case (12, _): (key, name) = (.blindAnswer, "blind_answer")
    case (18, _): (key, name) = (.descriptiveAnswer, "descriptive_answer")
    default: return nil
    }
    // Within bounds: in every case the name is as long as the text.
    let isSame = unsafe text.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return false }
      return unsafe memcmp(start, name.utf8Start, name.utf8CodeUnitCount) == 0
    }
    guard isSame else { return nil }
    self = key
  }
  /// The key that these bytes spell with escapes; nil too if there are none.
  @inline(never)
  init?(escapedSpelling text: Span<UInt8>) {
    guard text.contains(UInt8(ascii: "\\")) else { return nil }
    self.init(spelling: JSONText.decoded(text).span)
  }
}
