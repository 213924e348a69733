/// Numbers out of bytes that nothing is known about: whatever is not there is nil.
struct ByteReader {
  let bytes: ArraySlice<UInt8>
  var littleEndian = false

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }
  init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

  var count: Int { bytes.count }

  /// The byte at an offset from the beginning.
  func byte(_ offset: Int) -> UInt8? {
    guard offset >= 0, offset < count else { return nil }
    return bytes[bytes.startIndex + offset]
  }

  /// `length` bytes from an offset, all of them or nil.
  func slice(_ offset: Int, _ length: Int) -> ArraySlice<UInt8>? {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { return nil }
    let start = bytes.startIndex + offset
    return bytes[start..<start + length]
  }

  /// An unsigned number of 16 bits.
  func uint16(_ offset: Int) -> Int? { number(offset, 2) }

  /// An unsigned number of 32 bits.
  func uint32(_ offset: Int) -> Int? { number(offset, 4) }

  private func number(_ offset: Int, _ length: Int) -> Int? {
    guard let digits = slice(offset, length) else { return nil }
    return littleEndian
      ? digits.reversed().reduce(0) { $0 << 8 | Int($1) }
      : digits.reduce(0) { $0 << 8 | Int($1) }
  }
}
