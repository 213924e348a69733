/// What stands before a BMP's pixels (Windows' `BITMAPINFOHEADER` and its
/// successors, OS/2's `BITMAPCOREHEADER`), read and refused as Pillow's
/// `BmpImagePlugin` does.
struct BMPHeader {
  let width: Int
  let height: Int
  let mode: PixelMode
  /// How the pixels are stored.
  let layout: Layout
  let isTopDown: Bool
  /// Offset of the first pixel.
  let offset: Int
  let palette: Palette?

  enum Layout: Equatable {
    /// Indices or gray, so many bits each, rows of so many bytes.
    case indices(bits: Int, stride: Int)
    /// Red, green, blue and perhaps opacity, each a byte of a pixel.
    case bytes(order: [Int], pixel: Int, stride: Int)
    /// Five, five or six, and five bits.
    case packed(greenBits: Int, stride: Int)
    case runLengths(isNibbles: Bool)
  }

  private enum Compression {
    static let none = 0
    static let rle8 = 1
    static let rle4 = 2
    static let bitFields = 3
  }

  init(_ bytes: [UInt8]) throws(ImageError) {
    var reader = ByteReader(bytes)
    reader.littleEndian = true
    guard let start = reader.uint32(10), let size = reader.uint32(14),
      size < 4 || reader.slice(14, size) != nil
    else { throw .damaged("truncated BMP file") }
    let info = try Info(reader, headerSize: size)
    (width, height, isTopDown) = (info.width, info.height, info.isTopDown)
    guard width > 0, height > 0 else { throw .damaged("broken BMP file (no pixels)") }
    var position = 14 + size
    var layout = try Self.layout(info, reader, &position)
    var offset = start
    if start == 14 + size, info.bits <= 8 { offset += info.paletteUnit * info.colors }
    var mode: PixelMode = .rgb
    var palette: Palette?
    if info.bits <= 8 {
      (mode, palette) = try Self.colors(info, reader, at: position)
      position = min(reader.count, position + info.paletteUnit * info.colors)
      if mode != .palette, case .indices(_, let stride) = layout {
        layout = .indices(bits: mode == .bilevel ? 1 : 8, stride: stride)
      }
    } else if case .bytes(let order, _, _) = layout, order.count == 4 {
      mode = .rgba
    }
    (self.mode, self.layout, self.palette) = (mode, layout, palette)
    self.offset = offset == 0 ? position : offset
    try check()
  }

  /// What the numbers allow and Pillow's decoders do not.
  private func check() throws(ImageError) {
    switch layout {
    case .indices(let bits, let stride) where (width * bits + 7) / 8 > stride:
      throw .damaged("broken BMP file (its palette does not fit its pixels)")
    case .runLengths where mode == .rgb:
      throw .damaged("broken BMP file (run lengths of \(mode.rawValue) pixels)")
    default: break
    }
  }

  /// The numbers of the header.
  private struct Info {
    var width: Int
    var height: Int
    var isTopDown = false
    var bits: Int
    var compression = Compression.none
    var colors = 0
    /// Bytes of a colour of the palette.
    var paletteUnit = 3
    let size: Int

    init(_ reader: ByteReader, headerSize: Int) throws(ImageError) {
      func short(_ offset: Int) -> Int { reader.uint16(14 + offset) ?? 0 }
      func long(_ offset: Int) -> Int { reader.uint32(14 + offset) ?? 0 }
      size = headerSize
      switch headerSize {
      case 12:
        (width, height, bits) = (short(4), short(6), short(10))
      case 40, 52, 56, 64, 108, 124:
        isTopDown = reader.byte(14 + 11) == 0xff
        (width, height, bits) = (long(4), long(8), short(14))
        if isTopDown { height = 1 << 32 - height }
        (compression, colors, paletteUnit) = (long(16), long(32), 4)
      default:
        throw .unsupportedMode("a BMP with a header of \(headerSize) bytes is not read")
      }
      guard [1, 4, 8, 16, 24, 32].contains(bits) else {
        throw .unsupportedMode("a BMP of \(bits) bits a pixel is not read")
      }
      if colors == 0 { colors = 1 << bits }
    }

    var stride: Int { (width * bits + 31) >> 3 & ~3 }
  }

  /// - Parameter position: behind the header; moved behind bit masks that
  ///   follow a short one.
  private static func layout(
    _ info: Info, _ reader: ByteReader, _ position: inout Int
  ) throws(ImageError) -> Layout {
    switch info.compression {
    case Compression.none:
      switch info.bits {
      case 16: return .packed(greenBits: 5, stride: info.stride)
      case 24, 32: return .bytes(order: [2, 1, 0], pixel: info.bits / 8, stride: info.stride)
      default: return .indices(bits: info.bits, stride: info.stride)
      }
    case Compression.rle8: return .runLengths(isNibbles: false)
    case Compression.rle4: return .runLengths(isNibbles: true)
    case Compression.bitFields:
      let masks = try masks(info, reader, &position)
      guard let layout = layout(masks, info) else {
        throw .unsupportedMode("a BMP with such bit masks is not read")
      }
      return layout
    default:
      throw .unsupportedMode("a BMP with compression \(info.compression) is not read")
    }
  }

  /// Red, green, blue, opacity.
  private static func masks(
    _ info: Info, _ reader: ByteReader, _ position: inout Int
  ) throws(ImageError) -> [Int] {
    let count = info.size >= 56 ? 4 : 3
    var masks: [Int] = []
    for index in 0..<count {
      guard let mask = reader.uint32(14 + 40 + 4 * index) else {
        throw .damaged("truncated BMP file")
      }
      masks.append(mask)
    }
    if info.size == 40 { position += 12 }
    return masks + (count == 3 ? [0] : [])
  }

  private static func layout(_ masks: [Int], _ info: Info) -> Layout? {
    switch (info.bits, masks[0], masks[1], masks[2]) {
    case (16, 0xf800, 0x7e0, 0x1f): return .packed(greenBits: 6, stride: info.stride)
    case (16, 0x7c00, 0x3e0, 0x1f): return .packed(greenBits: 5, stride: info.stride)
    case (24, 0xff_0000, 0xff00, 0xff):
      return .bytes(order: [2, 1, 0], pixel: 3, stride: info.stride)
    case (32, _, _, _):
      guard let order = orders[masks] else { return nil }
      return .bytes(order: order, pixel: 4, stride: info.stride)
    default: return nil
    }
  }

  /// The masks of 32 bits that Pillow knows, and which byte each colour is.
  private static let orders: [[Int]: [Int]] = [
    [0xff_0000, 0xff00, 0xff, 0]: [2, 1, 0],
    [0xff00_0000, 0xff_0000, 0xff00, 0]: [3, 2, 1],
    [0xff00_0000, 0xff00, 0xff, 0]: [3, 1, 0],
    [0xff00_0000, 0xff_0000, 0xff00, 0xff]: [3, 2, 1, 0],
    [0xff, 0xff00, 0xff_0000, 0xff00_0000]: [0, 1, 2, 3],
    [0xff_0000, 0xff00, 0xff, 0xff00_0000]: [2, 1, 0, 3],
    [0xff00_0000, 0xff00, 0xff, 0xff_0000]: [3, 1, 0, 2],
    [0, 0, 0, 0]: [2, 1, 0, 3],
  ]

  /// The palette, or what takes its place where its colours are the indices.
  private static func colors(
    _ info: Info, _ reader: ByteReader, at position: Int
  ) throws(ImageError) -> (PixelMode, Palette?) {
    guard info.colors <= 65_536 else {
      throw .unsupportedMode("a BMP of \(info.colors) colours is not read")
    }
    let unit = info.paletteUnit
    let start = min(position, reader.count)
    let table = reader.slice(start, min(unit * info.colors, reader.count - start)) ?? []
    let isGray = (0..<info.colors).allSatisfy { index in
      let gray = UInt8(truncatingIfNeeded: info.colors == 2 ? 255 * index : index)
      return table.dropFirst(index * unit).prefix(3).elementsEqual([gray, gray, gray])
    }
    if isGray { return (info.colors <= 2 ? .bilevel : .gray, nil) }
    guard table.count / unit <= 256 else {
      throw .damaged("broken BMP file (more than 256 colours)")
    }
    var colors: [UInt8] = []
    for index in 0..<table.count / unit {
      colors += table.dropFirst(index * unit).prefix(3).reversed()
    }
    return (.palette, Palette(colors: colors, alpha: []))
  }
}
