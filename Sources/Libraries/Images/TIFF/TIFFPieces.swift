/// The strips or tiles of an uncompressed TIFF. Pillow reads from an offset as
/// much as a piece takes, whatever its byte count says.
struct TIFFPieces {
  private let offsets: [Int]
  /// Of a piece, in pixels.
  private let width: Int
  private let height: Int
  /// Of the picture.
  private let pictureWidth: Int
  private let pictureHeight: Int
  private let bitsPerPixel: Int

  private typealias Tag = TIFFDirectory.Tag

  init(
    _ directory: TIFFDirectory, _ width: Int, _ height: Int, _ layout: TIFFLayout
  ) throws(ImageError) {
    (pictureWidth, pictureHeight) = (width, height)
    bitsPerPixel = layout.bitsPerPixel
    if let strips = try directory.numbers(Tag.stripOffsets) {
      offsets = strips
      self.width = width
      self.height = min(height, try directory.number(Tag.rowsPerStrip) ?? height)
    } else if let tiles = try directory.numbers(Tag.tileOffsets),
      let tileWidth = try directory.number(Tag.tileWidth),
      let tileHeight = try directory.number(Tag.tileLength)
    {
      (offsets, self.width, self.height) = (tiles, tileWidth, tileHeight)
    } else {
      throw .damaged("broken TIFF file (neither strips nor tiles)")
    }
    guard self.width > 0, self.height > 0,
      self.width * bitsPerPixel % 8 == 0 || self.width >= width
    else { throw .damaged("broken TIFF file (pieces of \(self.width)x\(self.height))") }
    let across = (width + self.width - 1) / self.width
    let down = (height + self.height - 1) / self.height
    guard offsets.count == across * down else {
      throw .unsupportedMode(
        "a TIFF of \(offsets.count) pieces where there should be \(across * down) is not read")
    }
  }

  private func rowBytes(_ width: Int) -> Int { (width * bitsPerPixel + 7) / 8 }

  /// Copies the stored rows into `rows`, each on a byte of its own.
  func copy(
    from bytes: [UInt8], to rows: inout [UInt8], _ isCancelled: CancellationCheck
  ) throws(ImageError) {
    let across = (pictureWidth + width - 1) / width
    let source = bytes.span
    var target = rows.mutableSpan
    for (number, offset) in offsets.enumerated() {
      if isCancelled() { throw .cancelled }
      let (x, y) = (number % across * width, number / across * height)
      let columns = min(width, pictureWidth - x)
      let count = rowBytes(columns)
      let stored = columns < width ? width * bitsPerPixel / 8 : count
      let rowCount = min(height, pictureHeight - y)
      guard offset + (rowCount - 1) * stored + count <= bytes.count else {
        throw .damaged("truncated TIFF file")
      }
      for row in 0..<rowCount {
        let start = (y + row) * rowBytes(pictureWidth) + x * bitsPerPixel / 8
        let from = offset + row * stored
        for index in 0..<count { target[start + index] = source[from + index] }
      }
    }
  }
}
