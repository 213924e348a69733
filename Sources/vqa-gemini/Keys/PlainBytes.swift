/// Bytes with their escapes decoded (`\u0041`, `\/`, `%41`, `&#65;`, `&#x41;`)
/// and without what has no width (combining accents, joiners), and where each
/// came from.
struct PlainBytes {
  private(set) var bytes: [UInt8] = []
  /// Where in the source each byte begins; nil if nothing was changed.
  private var starts: [Int]?
  private let sourceCount: Int

  init(_ source: [UInt8]) {
    sourceCount = source.count
    guard Self.needsDecoding(source) else {
      bytes = source
      return
    }
    bytes.reserveCapacity(source.count)
    var starts: [Int] = []
    starts.reserveCapacity(source.count)
    var index = 0
    while index < source.count {
      let width = Self.ignoredLength(source, index)
      if width > 0 {
        index += width
        continue
      }
      let (byte, length) = Self.decoded(source, index)
      bytes.append(byte)
      starts.append(index)
      index += length
    }
    self.starts = starts
  }

  /// Whether anything is in `source` that is decoded or left out.
  private static func needsDecoding(_ source: [UInt8]) -> Bool {
    var isEscape = false
    for byte in source {
      if byte >= 0x80 || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "&") { return true }
      if isEscape, byte == UInt8(ascii: "u") || byte == UInt8(ascii: "/") { return true }
      isEscape = byte == UInt8(ascii: "\\")
    }
    return false
  }

  /// Where in the source a range of `bytes` is.
  func source(of range: Range<Int>) -> Range<Int> {
    guard let starts else { return range }
    // What has no width behind the last byte goes with it.
    let end = range.upperBound < starts.count ? starts[range.upperBound] : sourceCount
    return starts[range.lowerBound]..<end
  }

  /// The byte that is written at `index`, and in how many bytes.
  private static func decoded(_ source: [UInt8], _ index: Int) -> (UInt8, Int) {
    let byte = source[index]
    switch byte {
    case UInt8(ascii: "\\"):
      guard index + 1 < source.count else { break }
      if source[index + 1] == UInt8(ascii: "u"), let value = hex(source, index + 2, 4),
        value < 0x80
      {
        return (UInt8(value), 6)
      }
      if source[index + 1] == UInt8(ascii: "/") { return (UInt8(ascii: "/"), 2) }
    case UInt8(ascii: "%"):
      if let value = hex(source, index + 1, 2), value < 0x80 { return (UInt8(value), 3) }
    case UInt8(ascii: "&"):
      let end = source[index...].prefix(8).firstIndex(of: UInt8(ascii: ";"))
      guard let end, index + 2 < end, source[index + 1] == UInt8(ascii: "#") else { break }
      let isHex = source[index + 2] | 0x20 == UInt8(ascii: "x")
      let digits = String(decoding: source[(index + (isHex ? 3 : 2))..<end], as: UTF8.self)
      if let value = UInt8(digits, radix: isHex ? 16 : 10), value < 0x80 {
        return (value, end + 1 - index)
      }
    default: break
    }
    return (byte, 1)
  }

  private static func hex(_ source: [UInt8], _ start: Int, _ count: Int) -> Int? {
    guard start + count <= source.count,
      source[start..<start + count].allSatisfy({ Character(UnicodeScalar($0)).isHexDigit })
    else { return nil }
    return Int(String(decoding: source[start..<start + count], as: UTF8.self), radix: 16)
  }

  /// The length of a character without width at `index`; 0 if there is none.
  /// Of JSON's escapes, those of combining accents and joiners.
  private static func ignoredLength(_ source: [UInt8], _ index: Int) -> Int {
    func at(_ offset: Int) -> UInt8 { index + offset < source.count ? source[index + offset] : 0 }
    switch source[index] {
    case 0xCC: return 2
    case 0xCD: return at(1) <= 0xAF ? 2 : 0
    case 0xC2: return at(1) == 0xAD ? 2 : 0
    case 0xE2:
      let isJoiner = at(1) == 0x80 && (0x8B...0x8F).contains(at(2))
      return isJoiner || (at(1) == 0x81 && (0xA0...0xA4).contains(at(2))) ? 3 : 0
    case 0xEF:
      let isMark =
        (at(1) == 0xB8 && (0x80...0x8F).contains(at(2))) || (at(1) == 0xBB && at(2) == 0xBF)
      return isMark ? 3 : 0
    case UInt8(ascii: "\\"):
      guard at(1) == UInt8(ascii: "u"), let value = hex(source, index + 2, 4) else { return 0 }
      let ignored: [ClosedRange<Int>] = [
        0x300...0x36F, 0xAD...0xAD, 0x200B...0x200F, 0x2060...0x2064, 0xFE00...0xFE0F,
        0xFEFF...0xFEFF,
      ]
      return ignored.contains { $0.contains(value) } ? 6 : 0
    default: return 0
    }
  }
}
