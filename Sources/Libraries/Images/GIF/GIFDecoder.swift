/// Decodes the first frame of a GIF on its screen into `P`, or `L` if its
/// palette is the gray scale, as Pillow does.
///
/// Ours, since giflib refuses damaged files that Pillow reads in part.
struct GIFDecoder: ImageDecoder {
  private let bytes: [UInt8]
  private let header: GIFHeader

  init(_ bytes: [UInt8]) throws(ImageError) {
    self.bytes = bytes
    header = try GIFHeader(bytes)
  }

  var width: Int { header.width }
  var height: Int { header.height }
  var mode: PixelMode { header.colors == nil ? .gray : .palette }
  var workingBytes: Int { 0 }

  func orientation() -> Orientation { .upright }

  func palette() -> Palette? {
    guard let colors = header.colors else {
      return header.hiddenColors.map { Palette(colors: $0, alpha: []) }
    }
    var alpha: [UInt8] = []
    if let index = header.transparency, Int(index) < colors.count / 3 {
      alpha = [UInt8](repeating: 255, count: Int(index)) + [0]
    }
    return Palette(colors: colors, alpha: alpha)
  }

  mutating func decode(
    into pixels: inout [UInt8], isCancelled: @escaping CancellationCheck
  ) throws(ImageError) {
    if let background = header.transparency, background > 0 {
      for index in pixels.indices { pixels[index] = background }
    }
    guard header.codeBits <= 12 else {
      throw .damaged("broken GIF file (codes of \(header.codeBits) bits)")
    }
    var codes = GIFCodes(bytes, at: header.dataOffset, bits: header.codeBits)
    var rows = GIFRows(header)
    while true {
      let run = try codes.nextRun()
      for value in run {
        pixels[(header.frame.y + rows.y) * width + header.frame.x + rows.x] = value
        guard rows.advance() else { return }
      }
      if rows.x < run.count, isCancelled() { throw .cancelled }
    }
  }
}

/// Where the next pixel of a frame goes: row after row, or in the four passes
/// of an interlaced one (GIF89a, appendix E).
struct GIFRows {
  private(set) var x = 0
  private(set) var y = 0
  private let width: Int
  private let height: Int
  private var step: Int
  /// First rows and steps of the passes that are to come.
  private var passes: ArraySlice<(first: Int, step: Int)>

  init(_ header: GIFHeader) {
    (width, height) = (header.frame.width, header.frame.height)
    step = header.isInterlaced ? 8 : 1
    passes = header.isInterlaced ? [(4, 8), (2, 4), (1, 2)] : []
  }

  /// Goes to the next pixel; false behind the last one.
  mutating func advance() -> Bool {
    x += 1
    guard x == width else { return true }
    x = 0
    y += step
    while y >= height {
      guard let pass = passes.popFirst() else { return false }
      (y, step) = pass
    }
    return true
  }
}
