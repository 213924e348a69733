/// How a stored picture must be turned to be upright: TIFF tag 274
/// (TIFF 6.0, page 36; EXIF 2.3, section 4.6.4 A).
enum Orientation: Int {
  case upright = 1
  case flippedLeftRight = 2
  case rotated180 = 3
  case flippedTopBottom = 4
  case transposed = 5
  case rotated270 = 6
  case transversed = 7
  case rotated90 = 8

  /// Width and height change places.
  var swapsSides: Bool { rawValue >= 5 }

  /// Where the pixel at column `x`, row `y` of the upright picture of the
  /// given size is stored.
  fileprivate func source(x: Int, y: Int, width: Int, height: Int) -> (x: Int, y: Int) {
    switch self {
    case .upright: (x, y)
    case .flippedLeftRight: (width - 1 - x, y)
    case .rotated180: (width - 1 - x, height - 1 - y)
    case .flippedTopBottom: (x, height - 1 - y)
    case .transposed: (y, x)
    case .rotated270: (y, width - 1 - x)
    case .transversed: (height - 1 - y, width - 1 - x)
    case .rotated90: (height - 1 - y, x)
    }
  }
}

extension Image {
  /// The picture turned upright.
  func turned(_ orientation: Orientation) -> Image {
    guard orientation != .upright else { return self }
    let (newWidth, newHeight) = orientation.swapsSides ? (height, width) : (width, height)
    var turned = [UInt8](repeating: 0, count: mode.rowBytes(newWidth) * newHeight)
    let place = Place(orientation, width: newWidth, height: newHeight)
    if mode == .bilevel {
      copyBits(to: &turned, place)
    } else {
      copyPixels(to: &turned, place)
    }
    return Image(
      width: newWidth, height: newHeight, mode: mode, pixels: turned, palette: palette)
  }

  /// The way from the upright picture to the stored one, as a step per column
  /// and per row: the eight turns are all affine.
  private struct Place {
    let width: Int
    let height: Int
    let origin: (x: Int, y: Int)
    let perColumn: (x: Int, y: Int)
    let perRow: (x: Int, y: Int)

    init(_ orientation: Orientation, width: Int, height: Int) {
      self.width = width
      self.height = height
      let origin = orientation.source(x: 0, y: 0, width: width, height: height)
      let column = orientation.source(x: 1, y: 0, width: width, height: height)
      let row = orientation.source(x: 0, y: 1, width: width, height: height)
      self.origin = origin
      perColumn = (column.x - origin.x, column.y - origin.y)
      perRow = (row.x - origin.x, row.y - origin.y)
    }
  }

  private func copyPixels(to turned: inout [UInt8], _ place: Place) {
    let size = mode.bitsPerPixel / 8
    let step = place.perColumn.y * rowBytes + place.perColumn.x * size
    var target = 0
    for y in 0..<place.height {
      let x0 = place.origin.x + y * place.perRow.x
      let y0 = place.origin.y + y * place.perRow.y
      var source = y0 * rowBytes + x0 * size
      for _ in 0..<place.width {
        for byte in 0..<size { turned[target + byte] = pixels[source + byte] }
        target += size
        source += step
      }
    }
  }

  private func copyBits(to turned: inout [UInt8], _ place: Place) {
    let targetRow = mode.rowBytes(place.width)
    for y in 0..<place.height {
      for x in 0..<place.width {
        let sourceX = place.origin.x + x * place.perColumn.x + y * place.perRow.x
        let sourceY = place.origin.y + x * place.perColumn.y + y * place.perRow.y
        let bit = pixels[sourceY * rowBytes + sourceX / 8] >> (7 - UInt8(sourceX % 8)) & 1
        turned[y * targetRow + x / 8] |= bit << (7 - UInt8(x % 8))
      }
    }
  }
}
