/// Decodes a BMP into `1`, `L`, `P`, `RGB` or `RGBA`, as Pillow does.
struct BMPDecoder: ImageDecoder {
  private let bytes: [UInt8]
  private let header: BMPHeader

  init(_ bytes: [UInt8]) throws(ImageError) {
    self.bytes = bytes
    header = try BMPHeader(bytes)
  }

  var width: Int { header.width }
  var height: Int { header.height }
  var mode: PixelMode { header.mode }

  var workingBytes: Int {
    if case .runLengths = header.layout { width * height } else { 0 }
  }

  func palette() -> Palette? { header.palette }

  func orientation() -> Orientation { .upright }

  mutating func decode(
    into pixels: inout [UInt8], isCancelled: @escaping CancellationCheck
  ) throws(ImageError) {
    switch header.layout {
    case .indices(let bits, let rowStride):
      try decodeRows(&pixels, stride: rowStride, stored: (width * bits + 7) / 8, isCancelled) {
        unpack($0, bits: mode == .bilevel ? 8 : bits, &$1, at: $2)
      }
      if mode == .bilevel { clearPadding(&pixels) }
    case .bytes(let order, let size, let rowStride):
      try decodeRows(&pixels, stride: rowStride, stored: width * size, isCancelled) {
        row, out, start in
        var target = start
        for pixel in stride(from: 0, to: row.count, by: size) {
          for place in order.indices { out[target + place] = row[pixel + order[place]] }
          target += order.count
        }
      }
    case .packed(let greenBits, let rowStride):
      try decodeRows(&pixels, stride: rowStride, stored: 2 * width, isCancelled) {
        unpack($0, greenBits: greenBits, &$1, at: $2)
      }
    case .runLengths(let isNibbles):
      var runs = BMPRunLengths(bytes, at: header.offset, width: width, height: height)
      let indices = try runs.decode(isNibbles: isNibbles, isCancelled)
      for y in 0..<height {
        let row = (header.isTopDown ? y : height - 1 - y) * mode.rowBytes(width)
        for x in 0..<width {
          let index = indices[y * width + x]
          if mode != .bilevel {
            pixels[row + x] = index
          } else if index != 0 {
            pixels[row + x / 8] |= 0x80 >> UInt8(x % 8)
          }
        }
      }
    }
  }

  /// Calls `body` with each row's bytes, the pixels, and where the row is in
  /// them.
  private func decodeRows(
    _ pixels: inout [UInt8], stride: Int, stored: Int, _ isCancelled: CancellationCheck,
    _ body: (Span<UInt8>, inout MutableSpan<UInt8>, Int) -> Void
  ) throws(ImageError) {
    let rowBytes = mode.rowBytes(width)
    guard header.offset + (height - 1) * stride + stored <= bytes.count else {
      throw .damaged("truncated BMP file")
    }
    let source = bytes.span
    var target = pixels.mutableSpan
    for y in 0..<height {
      if isCancelled() { throw .cancelled }
      let start = header.offset + y * stride
      let row = (header.isTopDown ? y : height - 1 - y) * rowBytes
      body(source.extracting(start..<start + stored), &target, row)
    }
  }

  private func unpack(
    _ row: Span<UInt8>, bits: Int, _ out: inout MutableSpan<UInt8>, at start: Int
  ) {
    let perByte = 8 / bits
    let mask = UInt8(truncatingIfNeeded: 1 << bits - 1)
    for x in 0..<(mode == .bilevel ? row.count : width) {
      out[start + x] = row[x / perByte] >> (8 - bits * (x % perByte + 1)) & mask
    }
  }

  private func unpack(
    _ row: Span<UInt8>, greenBits: Int, _ out: inout MutableSpan<UInt8>, at start: Int
  ) {
    let green = 1 << greenBits - 1
    for x in 0..<width {
      let pixel = Int(row[2 * x]) | Int(row[2 * x + 1]) << 8
      out[start + 3 * x] = UInt8((pixel >> (5 + greenBits) & 31) * 255 / 31)
      out[start + 3 * x + 1] = UInt8((pixel >> 5 & green) * 255 / green)
      out[start + 3 * x + 2] = UInt8((pixel & 31) * 255 / 31)
    }
  }

  /// Bits behind the last pixel of a row are zero, whatever the file has there.
  private func clearPadding(_ pixels: inout [UInt8]) {
    guard width % 8 > 0 else { return }
    let rowBytes = mode.rowBytes(width)
    let mask = UInt8(truncatingIfNeeded: 0xff00 >> (width % 8))
    for y in 0..<height { pixels[y * rowBytes + rowBytes - 1] &= mask }
  }
}
