extension Image {
  /// The picture as 8 bits each of red, green and blue: what Pillow's
  /// `convert("RGB")` gives. Opacity is dropped, gray of 16 bits is cut at 255.
  public func convertedToRGB() -> Image {
    guard mode != .rgb else { return self }
    var output = [UInt8](repeating: 0, count: 3 * width * height)
    var target = output.mutableSpan
    switch mode {
    case .bilevel: fillFromBits(&target)
    case .palette: fillFromPalette(&target)
    case .gray where palette != nil: fillFromPalette(&target)
    case .cmyk: fillFromCMYK(&target)
    case .gray: fillFromGray(&target, step: 1)
    case .grayAlpha: fillFromGray(&target, step: 2)
    case .gray16: fillFromGray16(&target)
    case .rgb, .rgba: fillFromRGBA(&target)
    }
    return Image(width: width, height: height, mode: .rgb, pixels: output)
  }

  private func fillFromBits(_ target: inout MutableSpan<UInt8>) {
    for y in 0..<height {
      for x in 0..<width {
        let bit = pixels[y * rowBytes + x / 8] >> (7 - UInt8(x % 8)) & 1
        Self.put(bit * 255, &target, y * width + x)
      }
    }
  }

  private func fillFromGray(_ target: inout MutableSpan<UInt8>, step: Int) {
    for index in 0..<width * height { Self.put(pixels[index * step], &target, index) }
  }

  private func fillFromGray16(_ target: inout MutableSpan<UInt8>) {
    for index in 0..<width * height {
      Self.put(pixels[2 * index + 1] > 0 ? 255 : pixels[2 * index], &target, index)
    }
  }

  private func fillFromPalette(_ target: inout MutableSpan<UInt8>) {
    let colors = (palette ?? Palette(colors: [], alpha: [])).filled(to: 256).colors
    for index in 0..<width * height {
      for band in 0..<3 { target[3 * index + band] = colors[3 * Int(pixels[index]) + band] }
    }
  }

  private func fillFromRGBA(_ target: inout MutableSpan<UInt8>) {
    for index in 0..<width * height {
      for band in 0..<3 { target[3 * index + band] = pixels[4 * index + band] }
    }
  }

  /// Ink takes away its part of what black leaves, rounded.
  private func fillFromCMYK(_ target: inout MutableSpan<UInt8>) {
    for index in 0..<width * height {
      let rest = 255 - Int(pixels[4 * index + 3])
      for band in 0..<3 {
        let product = Int(pixels[4 * index + band]) * rest + 128
        target[3 * index + band] = UInt8(max(0, rest - ((product >> 8) + product) >> 8))
      }
    }
  }

  private static func put(_ gray: UInt8, _ target: inout MutableSpan<UInt8>, _ index: Int) {
    for band in 0..<3 { target[3 * index + band] = gray }
  }
}
