/// The one thing that EXIF says about pixels: how they must be turned.
///
/// EXIF is a TIFF file inside another file (EXIF 2.3, section 4.5). Damaged
/// EXIF is common and its readers differ; what is read here, skipped and
/// refused is what Pillow's `ImageFileDirectory_v2` reads, skips and refuses.
enum EXIF {
  /// The block is no TIFF file; Pillow raises `SyntaxError` or `struct.error`.
  struct Malformed: Error {}

  private static let orientationTag = 274

  /// What the orientation tag says: nil where there is none, and a number that
  /// is no ``Orientation`` where it says nothing that can be understood.
  ///
  /// - Parameter block: the block, with or without `Exif\0\0` before it.
  static func orientation(_ block: [UInt8]) throws(Malformed) -> Int? {
    let tiff = withoutPrefix(block)
    guard !tiff.isEmpty else { return nil }
    var reader = ByteReader(tiff)
    reader.littleEndian = try isLittleEndian(reader)
    guard let directory = reader.uint32(4) else { throw Malformed() }
    return value(in: reader, directory: directory)
  }

  /// The bytes behind `Exif\0\0`, which some writers put there twice.
  private static func withoutPrefix(_ block: [UInt8]) -> ArraySlice<UInt8> {
    let prefix = Array("Exif\0\0".utf8)
    var rest = block[...]
    for _ in 0..<2 where rest.starts(with: prefix) { rest = rest.dropFirst(prefix.count) }
    return rest
  }

  /// The byte order, from a header with 42 (or, big-endian only, 43) in
  /// whatever order. Little-endian BigTIFF does not fit in Pillow's 8 bytes.
  private static func isLittleEndian(_ reader: ByteReader) throws(Malformed) -> Bool {
    switch reader.slice(0, 4).map(Array.init) {
    case [0x49, 0x49, 0x2a, 0], [0x49, 0x49, 0, 0x2a]: return true
    case [0x4d, 0x4d, 0, 0x2a], [0x4d, 0x4d, 0x2a, 0], [0x4d, 0x4d, 0, 0x2b]: return false
    default: throw Malformed()
    }
  }

  /// Bytes of one value of a TIFF type, or nil for a type that is not known.
  private static func size(ofType type: Int) -> Int? {
    switch type {
    case 1, 2, 6, 7: 1
    case 3, 8: 2
    case 4, 9, 11, 13: 4
    case 5, 10, 12, 16: 8
    default: nil
    }
  }

  /// Looks for the tag. An entry whose values lie outside the block ends the
  /// search, one that claims more than the whole block is passed over.
  private static func value(in reader: ByteReader, directory: Int) -> Int? {
    guard let entries = reader.uint16(directory) else { return nil }
    var claimed = 0
    for index in 0..<entries {
      let entry = directory + 2 + 12 * index
      guard let tag = reader.uint16(entry), let type = reader.uint16(entry + 2),
        let count = reader.uint32(entry + 4), let inline = reader.slice(entry + 8, 4)
      else { return nil }
      guard let unit = size(ofType: type) else { continue }
      let size = count * unit
      var values = inline.prefix(size)
      if size > 4 {
        claimed += size
        guard claimed <= reader.count else { continue }
        guard let offset = reader.uint32(entry + 8), let far = reader.slice(offset, size)
        else { return nil }
        values = far
      }
      guard tag == orientationTag, !values.isEmpty else { continue }
      return number(values, type: type, littleEndian: reader.littleEndian)
    }
    return nil
  }

  /// The first value, where Python would find it equal to a whole number;
  /// 0 for all others, so that the tag counts as being there.
  private static func number(_ values: ArraySlice<UInt8>, type: Int, littleEndian: Bool) -> Int {
    var reader = ByteReader(values)
    reader.littleEndian = littleEndian
    switch type {
    case 3: return reader.uint16(0) ?? 0
    case 4, 13: return reader.uint32(0) ?? 0
    case 6: return reader.byte(0).map { Int(Int8(bitPattern: $0)) } ?? 0
    case 8: return reader.uint16(0).map { Int(Int16(truncatingIfNeeded: $0)) } ?? 0
    case 9: return reader.uint32(0).map { Int(Int32(truncatingIfNeeded: $0)) } ?? 0
    case 5, 10: return quotient(reader)
    case 11:
      return whole(reader.uint32(0).map { Double(Float(bitPattern: UInt32($0))) })
    case 12: return whole(bits(reader).map { Double(bitPattern: $0) })
    case 16: return bits(reader).flatMap { Int(exactly: $0) } ?? 0
    default: return 0
    }
  }

  /// 64 bits in the reader's order.
  private static func bits(_ reader: ByteReader) -> UInt64? {
    guard let first = reader.uint32(0), let second = reader.uint32(4) else { return nil }
    let (high, low) = reader.littleEndian ? (second, first) : (first, second)
    return UInt64(high) << 32 | UInt64(low)
  }

  private static func whole(_ value: Double?) -> Int { value.flatMap { Int(exactly: $0) } ?? 0 }

  /// A rational that is whole. The sign cannot matter for 1 to 8 but where
  /// both parts are negative, and Pillow reduces those too.
  private static func quotient(_ reader: ByteReader) -> Int {
    guard let numerator = reader.uint32(0), let denominator = reader.uint32(4),
      denominator > 0, numerator % denominator == 0
    else { return 0 }
    return numerator / denominator
  }
}

/// The orientation in an XMP packet, found as Pillow finds it: by the first
/// place where the text of the property stands.
enum XMP {
  static func orientation(_ packet: some Sequence<UInt8>) -> Int? {
    let bytes = Array(packet)
    let name = Array("tiff:Orientation".utf8)
    guard bytes.count > name.count else { return nil }
    for start in 0..<bytes.count - name.count
    where bytes[start] == name[0] && bytes[start...].starts(with: name) {
      var rest = bytes[(start + name.count)...]
      if rest.starts(with: Array("=\"".utf8)) {
        rest = rest.dropFirst(2)
      } else if rest.first == UInt8(ascii: ">") {
        rest = rest.dropFirst()
      } else {
        continue
      }
      if let digit = rest.first, (0x30...0x39).contains(digit) { return Int(digit) - 0x30 }
    }
    return nil
  }
}
