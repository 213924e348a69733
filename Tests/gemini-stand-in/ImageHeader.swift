/// What an image file's first bytes say: its format and its size in pixels.
struct ImageHeader: Equatable {
  enum Format: String { case png, jpeg, webp, heif }

  let format: Format
  let width: Int
  let height: Int

  /// nil where the bytes are no image of a kind that the API takes.
  init?(_ bytes: [UInt8]) {
    guard
      let header = ImageHeader.png(bytes) ?? ImageHeader.jpeg(bytes) ?? ImageHeader.webp(bytes)
        ?? ImageHeader.heif(bytes)
    else { return nil }
    self = header
  }

  private init(_ format: Format, _ width: Int, _ height: Int) {
    self.format = format
    self.width = width
    self.height = height
  }

  private static func png(_ bytes: [UInt8]) -> ImageHeader? {
    guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
      let width = big(bytes, at: 16, count: 4), let height = big(bytes, at: 20, count: 4)
    else { return nil }
    return ImageHeader(.png, width, height)
  }

  /// Walks the segments to the frame header (ITU T.81, B.2.2).
  private static func jpeg(_ bytes: [UInt8]) -> ImageHeader? {
    guard bytes.starts(with: [0xFF, 0xD8, 0xFF]) else { return nil }
    var offset = 2
    while let marker = big(bytes, at: offset, count: 2), marker >> 8 == 0xFF {
      let kind = marker & 0xFF
      if kind == 0xFF || kind == 0x01 || (0xD0...0xD8).contains(kind) {
        offset += kind == 0xFF ? 1 : 2
        continue
      }
      guard let length = big(bytes, at: offset + 2, count: 2), length >= 2 else { return nil }
      if (0xC0...0xCF).contains(kind), ![0xC4, 0xC8, 0xCC].contains(kind) {
        guard let height = big(bytes, at: offset + 5, count: 2),
          let width = big(bytes, at: offset + 7, count: 2)
        else { return nil }
        return ImageHeader(.jpeg, width, height)
      }
      offset += 2 + length
    }
    return nil
  }

  /// The three chunk kinds of the WebP container specification.
  private static func webp(_ bytes: [UInt8]) -> ImageHeader? {
    guard bytes.starts(with: "RIFF".utf8), bytes.count >= 30,
      bytes[8..<12].elementsEqual("WEBP".utf8)
    else { return nil }
    switch String(decoding: bytes[12..<16], as: UTF8.self) {
    case "VP8 ":
      let width = Int(bytes[26]) | Int(bytes[27] & 0x3F) << 8
      return ImageHeader(.webp, width, Int(bytes[28]) | Int(bytes[29] & 0x3F) << 8)
    case "VP8L":
      let bits = bytes[21..<25].reversed().reduce(0) { $0 << 8 | Int($1) }
      return ImageHeader(.webp, bits & 0x3FFF + 1, bits >> 14 & 0x3FFF + 1)
    case "VP8X":
      let width = bytes[24..<27].reversed().reduce(0) { $0 << 8 | Int($1) } + 1
      return ImageHeader(
        .webp, width, bytes[27..<30].reversed().reduce(0) { $0 << 8 | Int($1) } + 1)
    default: return nil
    }
  }

  /// HEIF is told by its brand alone; the size is not looked for.
  private static func heif(_ bytes: [UInt8]) -> ImageHeader? {
    guard bytes.count >= 12, bytes[4..<8].elementsEqual("ftyp".utf8) else { return nil }
    let brands = ["heic", "heix", "mif1", "msf1", "heif", "hevc"]
    guard brands.contains(String(decoding: bytes[8..<12], as: UTF8.self)) else { return nil }
    return ImageHeader(.heif, 1, 1)
  }

  private static func big(_ bytes: [UInt8], at offset: Int, count: Int) -> Int? {
    guard offset >= 0, offset + count <= bytes.count else { return nil }
    return bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
  }
}
