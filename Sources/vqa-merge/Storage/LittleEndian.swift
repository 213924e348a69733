extension [UInt8] {
  /// Appends a literal.
  @inline(__always)
  mutating func append(_ text: StaticString) {
    let bytes = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    unsafe append(contentsOf: bytes)
  }

  /// Appends a number in four bytes.
  @inline(__always)
  mutating func appendLittleEndian(_ value: UInt32) {
    unsafe Swift.withUnsafeBytes(of: value.littleEndian) { unsafe append(contentsOf: $0) }
  }
}

extension Span<UInt8> {
  /// The number in the four bytes at `index`.
  @inline(__always)
  func littleEndian(at index: Int) -> UInt32 {
    // Within bounds: the load checks them; any four bytes are a number.
    unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt32.self).littleEndian
  }

  /// Whether both hold the same bytes.
  func equals(_ other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for index in indices where self[index] != other[index] { return false }
    return true
  }
}
