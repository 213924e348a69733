internal import CImageShims

/// Decodes the first picture of a TIFF (TIFF 6.0) into Pillow's modes. Samples
/// that are compressed go through libtiff, as in Pillow; others are read here.
struct TIFFDecoder: ImageDecoder {
  private let bytes: [UInt8]
  private let header: TIFFHeader

  init(_ bytes: [UInt8]) throws(ImageError) {
    self.bytes = bytes
    header = try TIFFHeader(bytes)
  }

  var width: Int { header.width }
  var height: Int { header.height }
  var mode: PixelMode { header.layout.mode }

  private var storedRowBytes: Int { (width * header.layout.bitsPerPixel + 7) / 8 }

  /// libtiff may hold a tile, or a compressed piece, beside the rows.
  var workingBytes: Int {
    let rows = if case .none = header.layout.conversion { 0 } else { storedRowBytes * height }
    return header.isCompressed ? rows + bytes.count + 64 << 20 : rows
  }

  func palette() -> Palette? { header.palette }

  func orientation() -> Orientation { header.orientation }

  mutating func decode(
    into pixels: inout [UInt8], isCancelled: @escaping CancellationCheck
  ) throws(ImageError) {
    if case .none = header.layout.conversion {
      try readRows(into: &pixels, isCancelled)
      if mode == .bilevel { clearPadding(&pixels, invert: false) }
      return
    }
    if case .inverted = header.layout.conversion {
      try readRows(into: &pixels, isCancelled)
      if mode == .bilevel {
        clearPadding(&pixels, invert: true)
      } else {
        for index in pixels.indices { pixels[index] = ~pixels[index] }
      }
      return
    }
    var rows = [UInt8](repeating: 0, count: storedRowBytes * height)
    try readRows(into: &rows, isCancelled)
    for y in 0..<height {
      if isCancelled() { throw .cancelled }
      convert(rows.span.extracting(y * storedRowBytes..<(y + 1) * storedRowBytes), y, &pixels)
    }
  }

  private func readRows(
    into rows: inout [UInt8], _ isCancelled: @escaping CancellationCheck
  ) throws(ImageError) {
    if let pieces = header.pieces { return try pieces.copy(from: bytes, to: &rows, isCancelled) }
    var message = [CChar](repeating: 0, count: CImageShims_message_size)
    let status = unsafe ShimCheck.with(isCancelled) { check in
      var picture = unsafe CImageShims_tiff_picture(
        width: UInt32(width), height: UInt32(height),
        bits_per_pixel: header.layout.bitsPerPixel, check: check)
      return unsafe CImageShims_tiff_decode(bytes, bytes.count, &picture, &rows, &message)
    }
    try checkStatus(status, message, "TIFF")
  }

  /// One row of samples into pixels.
  private func convert(_ row: Span<UInt8>, _ y: Int, _ pixels: inout [UInt8]) {
    let start = y * mode.rowBytes(width)
    let samples = mode.bitsPerPixel / 8
    switch header.layout.conversion {
    case .none, .inverted: break
    case .bits(let bits, let step, let isInverted):
      let mask = UInt8(1 << bits - 1)
      for x in 0..<width {
        let place = 8 - bits * (x % (8 / bits) + 1)
        let value = row[x * bits / 8] >> UInt8(place) & mask
        pixels[start + x] = (isInverted ? mask - value : value) * UInt8(step)
      }
    case .first(let count):
      let stored = header.layout.bitsPerPixel / 8
      for x in 0..<width {
        for sample in 0..<count { pixels[start + x * count + sample] = row[x * stored + sample] }
      }
    case .premultiplied:
      for x in 0..<width {
        let alpha = Int(row[4 * x + 3])
        for sample in 0..<4 {
          let value = Int(row[4 * x + sample])
          let isColor = sample < 3 && alpha != 255
          // What is transparent has no colour.
          let color = alpha == 0 ? 0 : min(255, 255 * value / alpha)
          pixels[start + 4 * x + sample] = UInt8(isColor ? color : value)
        }
      }
    case .highBytes(let isBigEndian):
      // libtiff gives the machine's order, which is little-endian here.
      let high = isBigEndian && !header.isCompressed ? 0 : 1
      for index in 0..<width * samples { pixels[start + index] = row[2 * index + high] }
    }
  }

  /// Bits behind the last pixel of a row are zero, whatever the file has there.
  private func clearPadding(_ pixels: inout [UInt8], invert: Bool) {
    if invert { for index in pixels.indices { pixels[index] = ~pixels[index] } }
    guard width % 8 > 0 else { return }
    let rowBytes = mode.rowBytes(width)
    let mask = UInt8(truncatingIfNeeded: 0xff00 >> (width % 8))
    for y in 0..<height { pixels[y * rowBytes + rowBytes - 1] &= mask }
  }
}
