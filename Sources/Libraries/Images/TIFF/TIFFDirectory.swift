/// The first directory of a TIFF file (TIFF 6.0, section 2), as far as whole
/// numbers go.
struct TIFFDirectory {
  enum Tag {
    static let width = 256
    static let height = 257
    static let bitsPerSample = 258
    static let compression = 259
    static let photometric = 262
    static let fillOrder = 266
    static let stripOffsets = 273
    static let orientation = 274
    static let samplesPerPixel = 277
    static let rowsPerStrip = 278
    static let planarConfiguration = 284
    static let colorMap = 320
    static let tileWidth = 322
    static let tileLength = 323
    static let tileOffsets = 324
    static let extraSamples = 338
    static let sampleFormat = 339
    static let xmp = 700
    static let mediaPhoto = 0xbc01
  }

  private let reader: ByteReader
  private var entries: [Int: (type: Int, count: Int, offset: Int)] = [:]
  let isLittleEndian: Bool

  init(_ bytes: [UInt8]) throws(ImageError) {
    var reader = ByteReader(bytes)
    isLittleEndian = reader.byte(0) == UInt8(ascii: "I")
    reader.littleEndian = isLittleEndian
    self.reader = reader
    guard reader.uint16(2) == 42 else {
      throw .unsupportedFormat("BigTIFF")
    }
    guard let start = reader.uint32(4), let count = reader.uint16(start) else {
      throw Self.truncated
    }
    for index in 0..<count {
      let entry = start + 2 + 12 * index
      guard let tag = reader.uint16(entry), let type = reader.uint16(entry + 2),
        let count = reader.uint32(entry + 4), let value = reader.uint32(entry + 8)
      else { throw Self.truncated }
      guard entries[tag] == nil else {
        throw .unsupportedMode("a TIFF whose tag \(tag) comes twice is not read")
      }
      let size = count * Self.size(ofType: type)
      let isInline = size <= 4
      guard isInline || reader.slice(value, size) != nil else { throw Self.truncated }
      entries[tag] = (type, count, isInline ? entry + 8 : value)
    }
  }

  /// Pillow reads on with what is left.
  private static let truncated = ImageError.unsupportedMode(
    "a TIFF whose directory is cut is not read")

  private static func size(ofType type: Int) -> Int {
    switch type {
    case 3, 8: 2
    case 4, 9, 11, 13: 4
    case 5, 10, 12, 16: 8
    default: 1
    }
  }

  /// Whether the directory has the tag.
  func has(_ tag: Int) -> Bool { entries[tag] != nil }

  /// A tag's numbers, nil without it.
  ///
  /// - Throws: `.unsupportedMode` where they are of no type that Pillow takes.
  func numbers(_ tag: Int) throws(ImageError) -> [Int]? {
    guard let entry = entries[tag] else { return nil }
    guard entry.type == 3 || entry.type == 4, entry.count > 0 else {
      throw .unsupportedMode("a TIFF whose tag \(tag) is of type \(entry.type) is not read")
    }
    let size = Self.size(ofType: entry.type)
    return (0..<entry.count).map { index in
      let offset = entry.offset + size * index
      return (size == 2 ? reader.uint16(offset) : reader.uint32(offset)) ?? 0
    }
  }

  /// A tag's only number.
  func number(_ tag: Int) throws(ImageError) -> Int? {
    guard let numbers = try numbers(tag) else { return nil }
    guard numbers.count == 1 else {
      throw .unsupportedMode("a TIFF whose tag \(tag) has \(numbers.count) values is not read")
    }
    return numbers[0]
  }

  /// A tag's bytes, nil without it.
  func bytes(_ tag: Int) -> ArraySlice<UInt8>? {
    guard let entry = entries[tag], [1, 7].contains(entry.type) else { return nil }
    return reader.slice(entry.offset, entry.count)
  }
}
