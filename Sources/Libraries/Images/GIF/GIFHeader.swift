/// What a GIF (GIF89a specification) says before the data of its first frame,
/// read as Pillow's `GifImagePlugin` does.
struct GIFHeader {
  /// The logical screen, grown to hold the first frame.
  private(set) var width: Int
  private(set) var height: Int
  /// The colours of the first frame; nil where they are the indices as gray.
  private(set) var colors: [UInt8]?
  /// The colours of the screen where the frame's are gray: Pillow's mode is then
  /// `L`, and yet its `convert` takes these.
  private(set) var hiddenColors: [UInt8]?
  /// The index that is transparent, of the last graphic control extension.
  private(set) var transparency: UInt8?
  /// Where the frame is on the screen.
  private(set) var frame = (x: 0, y: 0, width: 0, height: 0)
  private(set) var isInterlaced = false
  /// Bits of the first codes, as the file has them.
  private(set) var codeBits = 0
  /// Offset of the first block of the frame's data.
  private(set) var dataOffset = 0

  private static let truncated = ImageError.damaged("truncated GIF file")

  init(_ bytes: [UInt8]) throws(ImageError) {
    var blocks = GIFBlocks(bytes)
    guard let width = blocks.reader.uint16(6), let height = blocks.reader.uint16(8),
      let flags = blocks.reader.byte(10)
    else { throw Self.truncated }
    (self.width, self.height) = (width, height)
    blocks.position = 13
    if flags & 128 != 0 { colors = Self.colors(blocks.take(3 << (Int(flags & 7) + 1))) }
    while let separator = blocks.byte() {
      switch separator {
      case UInt8(ascii: ";"): throw .damaged("broken GIF file (it has no picture)")
      case UInt8(ascii: "!"): try takeExtension(&blocks)
      case UInt8(ascii: ","):
        try takeFrame(&blocks)
        return
      default: break
      }
    }
    throw .damaged("broken GIF file (it has no picture)")
  }

  private mutating func takeExtension(_ blocks: inout GIFBlocks) throws(ImageError) {
    let label = blocks.byte()
    let first = blocks.block()
    guard let label else { throw Self.truncated }
    switch label {
    case 249:
      guard let first else { break }
      let block = Array(first)
      guard block.count >= 3 else { throw Self.truncated }
      if block[0] & 1 != 0 {
        guard block.count >= 4 else { throw Self.truncated }
        transparency = block[3]
      }
    case 254:
      var block = first
      while let present = block, !present.isEmpty { block = blocks.block() }
      return
    case 255:
      if let first, first.starts(with: "NETSCAPE2.0".utf8) { _ = blocks.block() }
    default: break
    }
    while let block = blocks.block(), !block.isEmpty {}
  }

  private mutating func takeFrame(_ blocks: inout GIFBlocks) throws(ImageError) {
    let start = blocks.position
    guard let x = blocks.reader.uint16(start), let y = blocks.reader.uint16(start + 2),
      let frameWidth = blocks.reader.uint16(start + 4),
      let frameHeight = blocks.reader.uint16(start + 6), let flags = blocks.reader.byte(start + 8)
    else { throw Self.truncated }
    blocks.position = start + 9
    frame = (x, y, frameWidth, frameHeight)
    (width, height) = (max(width, x + frameWidth), max(height, y + frameHeight))
    isInterlaced = flags & 64 != 0
    if flags & 128 != 0 {
      let local = Self.colors(blocks.take(3 << (Int(flags & 7) + 1)))
      if local == nil { hiddenColors = colors }
      colors = local
    }
    guard let bits = blocks.byte() else { throw Self.truncated }
    (codeBits, dataOffset) = (Int(bits), blocks.position)
    guard frameWidth > 0, frameHeight > 0 else {
      throw .damaged("broken GIF file (its first frame has no pixels)")
    }
  }

  /// A palette that maps every index to itself is none.
  private static func colors(_ table: ArraySlice<UInt8>) -> [UInt8]? {
    let isGray = table.enumerated().allSatisfy { $0.offset / 3 == $0.element }
    return isGray && table.count % 3 == 0 ? nil : Array(table.prefix(table.count / 3 * 3))
  }
}

/// A GIF's bytes in order, and the sub-blocks of its data.
struct GIFBlocks {
  let reader: ByteReader
  var position = 0

  init(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    reader.littleEndian = true
    self.reader = reader
  }

  mutating func byte() -> UInt8? {
    guard let byte = reader.byte(position) else { return nil }
    position += 1
    return byte
  }

  /// As many bytes as there are, at most `count`.
  mutating func take(_ count: Int) -> ArraySlice<UInt8> {
    let part = reader.slice(position, min(count, max(0, reader.count - position))) ?? []
    position += part.count
    return part
  }

  /// The next sub-block, nil for the one that ends them or the file's end.
  mutating func block() -> ArraySlice<UInt8>? {
    guard let count = byte(), count > 0 else { return nil }
    return take(Int(count))
  }
}
