/// Checked reading of the numbers that encodings are made of.
///
/// Positions count in the span; `end` is where the reader's part of it ends.
struct ByteCursor {
  private(set) var position: Int
  let end: Int

  var left: Int { end - position }

  init(_ range: Range<Int>) {
    position = range.lowerBound
    end = range.upperBound
  }

  mutating func byte(_ bytes: Span<UInt8>) throws(ParquetError) -> UInt8 {
    guard position < end else { throw ByteCursor.ranOut }
    defer { position += 1 }
    return bytes[position]
  }

  /// 4 bytes, little-endian, without sign.
  mutating func length(_ bytes: Span<UInt8>) throws(ParquetError) -> Int {
    guard left >= 4 else { throw ByteCursor.ranOut }
    let low = UInt32(bytes[position]) | UInt32(bytes[position + 1]) << 8
    let high = UInt32(bytes[position + 2]) | UInt32(bytes[position + 3]) << 8
    position += 4
    return Int(high << 16 | low)
  }

  /// Unsigned LEB128 of 64 bits at most.
  mutating func varint(_ bytes: Span<UInt8>) throws(ParquetError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while shift < 70 {
      let next = try byte(bytes)
      value |= UInt64(next & 0x7f) << shift
      if next < 0x80 { return value }
      shift += 7
    }
    throw .damaged("a number of more than 10 bytes")
  }

  mutating func zigzag(_ bytes: Span<UInt8>) throws(ParquetError) -> Int64 {
    let value = try varint(bytes)
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// Passes over `count` bytes and gives the position of the first.
  mutating func take(_ count: Int) throws(ParquetError) -> Int {
    guard count >= 0, count <= left else { throw ByteCursor.ranOut }
    defer { position += count }
    return position
  }

  static let ranOut = ParquetError.damaged("the page ends before its values do")
}

/// Reads `width` bits (64 at most) that begin `bit` bits behind byte `start`, lowest bit first.
///
/// - Throws: if the last of them does not lie before byte `end`.
@inline(__always)
func packedBits(
  _ bytes: Span<UInt8>, start: Int, bit: Int, width: Int, end: Int
) throws(ParquetError) -> UInt64 {
  let first = start + bit >> 3
  let shift = bit & 7
  let last = start + (bit + width + 7) >> 3
  guard last <= end else { throw ByteCursor.ranOut }
  if width <= 56, first + 8 <= bytes.count {
    // Within bounds, by the line above.
    let word = unsafe bytes.bytes.unsafeLoadUnaligned(
      fromUncheckedByteOffset: first, as: UInt64.self)
    return UInt64(littleEndian: word) >> UInt64(shift) & (1 << UInt64(width) - 1)
  }
  var value: UInt64 = 0
  var index = first
  var filled = 0
  while index < last && filled < 64 {
    value |= UInt64(bytes[index]) << UInt64(filled)
    index += 1
    filled += 8
  }
  value >>= UInt64(shift)
  if index < last { value |= UInt64(bytes[index]) << UInt64(64 - shift) }
  return width == 64 ? value : value & (1 << UInt64(width) - 1)
}
