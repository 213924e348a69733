/// What IHDR says (PNG specification, section 11.2.2), as Pillow reads it.
struct PNGHeader {
  let width: Int
  let height: Int
  /// Bits of a sample.
  let depth: UInt8
  let colorType: ColorType
  let isInterlaced: Bool

  enum ColorType: UInt8 {
    case gray = 0
    case rgb = 2
    case palette = 3
    case grayAlpha = 4
    case rgba = 6
  }

  init(_ chunk: PNGChunk) throws(ImageError) {
    let reader = ByteReader(chunk.data)
    guard !chunk.isCut, let width = reader.uint32(0), let height = reader.uint32(4),
      let depth = reader.byte(8), let color = reader.byte(9), let filter = reader.byte(11),
      let interlace = reader.byte(12)
    else { throw .damaged("broken PNG file (its IHDR is cut)") }
    guard let colorType = ColorType(rawValue: color), Self.depths(of: colorType).contains(depth)
    else { throw .damaged("broken PNG file (no pixels are \(depth) bits of kind \(color))") }
    guard filter == 0 else { throw .damaged("broken PNG file (unknown filter category)") }
    guard width > 0, height > 0 else { throw .damaged("broken PNG file (no pixels)") }
    (self.width, self.height, self.depth, self.colorType) = (width, height, depth, colorType)
    isInterlaced = interlace != 0
  }

  private static func depths(of type: ColorType) -> [UInt8] {
    switch type {
    case .gray: [1, 2, 4, 8, 16]
    case .palette: [1, 2, 4, 8]
    case .rgb, .grayAlpha, .rgba: [8, 16]
    }
  }

  /// Pillow's mode: 16 bits stay 16 only in gray without opacity.
  var mode: PixelMode {
    switch colorType {
    case .gray: depth == 1 ? .bilevel : depth == 16 ? .gray16 : .gray
    case .rgb: .rgb
    case .palette: .palette
    case .grayAlpha: depth == 16 ? .rgba : .grayAlpha
    case .rgba: .rgba
    }
  }
}
