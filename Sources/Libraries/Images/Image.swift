/// What a pixel is made of, named and laid out as Pillow does
/// (`Image.mode` and the bytes of `Image.tobytes()`).
public enum PixelMode: String, Sendable, CaseIterable {
  /// One bit: 0 black, 1 white; 8 pixels a byte, the first in the high bit,
  /// every row on a byte of its own and filled up with zeros.
  case bilevel = "1"
  /// 8 bits of gray.
  case gray = "L"
  /// 8 bits of gray, 8 of opacity.
  case grayAlpha = "LA"
  /// 8 bits of an index into ``Image/palette``.
  case palette = "P"
  /// 8 bits each of red, green and blue.
  case rgb = "RGB"
  /// 8 bits each of red, green, blue and opacity.
  case rgba = "RGBA"
  /// 16 bits of gray, the low byte first.
  case gray16 = "I;16"
  /// 8 bits each of cyan, magenta, yellow and black; 255 is all of the ink.
  case cmyk = "CMYK"

  /// Bits of one pixel.
  public var bitsPerPixel: Int {
    switch self {
    case .bilevel: 1
    case .gray, .palette: 8
    case .grayAlpha, .gray16: 16
    case .rgb: 24
    case .rgba, .cmyk: 32
    }
  }

  /// Bytes of one row of `width` pixels.
  func rowBytes(_ width: Int) -> Int { (width * bitsPerPixel + 7) / 8 }
}

/// The colours that the indices of a ``PixelMode/palette`` picture stand for.
public struct Palette: Sendable, Equatable {
  /// Red, green and blue of each colour in turn; at most 256 colours.
  public var colors: [UInt8]
  /// Opacity of the first colours, as a PNG's `tRNS` holds it; the others are opaque.
  public var alpha: [UInt8]

  /// With at least `count` colours; those that are missing are black, as in
  /// Pillow.
  func filled(to count: Int) -> Palette {
    let missing = max(0, 3 * count - colors.count)
    return Palette(colors: colors + repeatElement(0, count: missing), alpha: alpha)
  }
}

/// A decoded picture.
public struct Image: Sendable {
  /// Pixels in a row; at least 1.
  public let width: Int
  /// Rows; at least 1.
  public let height: Int
  /// The layout of ``pixels``.
  public let mode: PixelMode
  /// Rows top to bottom, pixels left to right, no padding beyond that of
  /// ``PixelMode/bilevel``: what Pillow's `tobytes()` gives.
  public let pixels: [UInt8]
  /// The colours of a ``PixelMode/palette`` picture, else nil. (Also of a gray
  /// one, from a GIF that has colours and a frame that is gray without them:
  /// what Pillow's `convert` goes by.)
  public let palette: Palette?

  init(width: Int, height: Int, mode: PixelMode, pixels: [UInt8], palette: Palette? = nil) {
    assert(pixels.count == mode.rowBytes(width) * height)
    self.width = width
    self.height = height
    self.mode = mode
    self.pixels = pixels
    self.palette = palette
  }

  var rowBytes: Int { mode.rowBytes(width) }

  /// Red, green and blue of each colour of ``palette`` that a pixel has, in the
  /// order of the indices; empty without a palette.
  public var usedColors: [UInt8] {
    guard mode == .palette, let palette else { return [] }
    var isUsed = [Bool](repeating: false, count: 256)
    for index in pixels { isUsed[Int(index)] = true }
    let colors = palette.filled(to: 256).colors
    return isUsed.indices.filter { isUsed[$0] }.flatMap { colors[3 * $0..<3 * $0 + 3] }
  }
}
