/// What a TIFF's first directory says of its picture, of those that Pillow's
/// `TiffImagePlugin` reads; the others are refused by name.
struct TIFFHeader {
  let width: Int
  let height: Int
  let layout: TIFFLayout
  let isCompressed: Bool
  let orientation: Orientation
  let palette: Palette?
  /// Where the samples of an uncompressed picture are.
  let pieces: TIFFPieces?

  private typealias Tag = TIFFDirectory.Tag

  init(_ bytes: [UInt8]) throws(ImageError) {
    let directory = try TIFFDirectory(bytes)
    guard let width = try directory.number(Tag.width),
      let height = try directory.number(Tag.height), width > 0, height > 0
    else { throw .damaged("broken TIFF file (no size)") }
    (self.width, self.height) = (width, height)
    guard !directory.has(Tag.mediaPhoto) else { throw .unsupportedFormat("JPEG XR") }
    guard try directory.number(Tag.planarConfiguration) ?? 1 == 1 else {
      throw .unsupportedMode("a TIFF of several planes is not read")
    }
    guard try directory.number(Tag.fillOrder) ?? 1 == 1 else {
      throw .unsupportedMode("a TIFF with its bits in reversed order is not read")
    }
    let compression = try directory.number(Tag.compression) ?? 1
    guard [1, 2, 3, 4, 5, 7, 8, 32_773, 32_946].contains(compression) else {
      throw .unsupportedMode("a TIFF with compression \(compression) is not read")
    }
    isCompressed = compression != 1
    layout = try TIFFLayout(directory, isJPEG: compression == 7)
    pieces = isCompressed ? nil : try TIFFPieces(directory, width, height, layout)
    palette = layout.mode == .palette ? try Self.palette(directory) : nil
    orientation = try Self.orientation(directory)
  }

  /// The high bytes of all red, then all green, then all blue numbers.
  private static func palette(_ directory: TIFFDirectory) throws(ImageError) -> Palette {
    guard let map = try directory.numbers(Tag.colorMap) else {
      throw .damaged("broken TIFF file (it has no colours)")
    }
    let count = map.count / 3
    guard count * 3 == map.count, count <= 256 else {
      throw .unsupportedMode("a TIFF of \(map.count) numbers for its colours is not read")
    }
    let colors = (0..<count).flatMap { index in
      (0..<3).map { UInt8(truncatingIfNeeded: map[$0 * count + index] >> 8) }
    }
    return Palette(colors: colors, alpha: [])
  }

  private static func orientation(_ directory: TIFFDirectory) throws(ImageError) -> Orientation {
    if let number = try directory.number(Tag.orientation) {
      return Orientation(rawValue: number) ?? .upright
    }
    // Pillow turns such a picture when it is loaded, and leaves the mark.
    if let xmp = directory.bytes(Tag.xmp), XMP.orientation(xmp) ?? 1 != 1 {
      throw .unsupportedMode("a TIFF whose orientation is in its XMP alone is not read")
    }
    return .upright
  }
}

/// How the samples of a pixel are stored and what becomes of them.
struct TIFFLayout {
  let mode: PixelMode
  let bitsPerPixel: Int
  let conversion: Conversion

  enum Conversion {
    /// The stored bytes are the pixels.
    case none
    /// Bits, 1 for black, or bytes, 255 for black.
    case inverted
    /// Indices, or gray spread over all values, of fewer bits than a byte.
    case bits(Int, step: Int, isInverted: Bool)
    /// The first samples of each pixel; the others mean nothing.
    case first(Int)
    /// The colours are multiplied by their opacity.
    case premultiplied
    /// The high bytes of numbers of 16 bits.
    case highBytes(isBigEndian: Bool)
  }

  private typealias Tag = TIFFDirectory.Tag

  init(_ directory: TIFFDirectory, isJPEG: Bool) throws(ImageError) {
    let photometric = try directory.number(Tag.photometric) ?? 0
    let samples = try directory.number(Tag.samplesPerPixel) ?? 1
    var bits = try directory.numbers(Tag.bitsPerSample) ?? [1]
    let extra = try directory.numbers(Tag.extraSamples) ?? []
    let formats = try directory.numbers(Tag.sampleFormat) ?? [1]
    if samples < bits.count { bits = Array(bits.prefix(samples)) }
    if bits.count == 1, samples > 1, samples <= 6 {
      bits = [Int](repeating: bits[0], count: samples)
    }
    guard bits.count == samples, formats.allSatisfy({ $0 == 1 }),
      let found = Self.find(photometric, bits, extra, directory.isLittleEndian, isJPEG: isJPEG)
    else {
      throw .unsupportedMode(
        "a TIFF of kind \(photometric) with \(samples) samples of \(bits.first ?? 0) bits is not read"
      )
    }
    (mode, conversion) = found
    bitsPerPixel = bits.reduce(0, +)
  }

  /// Of Pillow's table what is told to be exact.
  private static func find(
    _ photometric: Int, _ bits: [Int], _ extra: [Int], _ isLittleEndian: Bool, isJPEG: Bool
  ) -> (PixelMode, Conversion)? {
    let isWhite = photometric == 0
    switch (photometric, bits, extra) {
    case (0, [1], []): return (.bilevel, .inverted)
    case (1, [1], []): return (.bilevel, .none)
    case (0...1, [2], []): return (.gray, .bits(2, step: 85, isInverted: isWhite))
    case (0...1, [4], []): return (.gray, .bits(4, step: 17, isInverted: isWhite))
    case (0, [8], []): return (.gray, .inverted)
    case (1, [8], []): return (.gray, .none)
    case (1, [16], []) where isLittleEndian: return (.gray16, .none)
    case (1, [8, 8], [2]): return (.grayAlpha, .none)
    case (1, [8, 8], [0]): return (.gray, .first(1))
    case (2, [8, 8, 8], []): return (.rgb, .none)
    case (2, [8, 8, 8, 8], []), (2, [8, 8, 8, 8], [2]), (2, [8, 8, 8, 8], [999]):
      return (.rgba, .none)
    case (2, [8, 8, 8, 8], [0]): return (.rgb, .first(3))
    case (2, [8, 8, 8, 8], [1]): return (.rgba, .premultiplied)
    case (2, [16, 16, 16], []): return (.rgb, .highBytes(isBigEndian: !isLittleEndian))
    case (2, [16, 16, 16, 16], []), (2, [16, 16, 16, 16], [2]):
      return (.rgba, .highBytes(isBigEndian: !isLittleEndian))
    case (3, [1], []), (3, [2], []), (3, [4], []):
      return (.palette, .bits(bits[0], step: 1, isInverted: false))
    case (3, [8], []): return (.palette, .none)
    case (5, [8, 8, 8, 8], []): return (.cmyk, .none)
    case (6, [8, 8, 8], []) where isJPEG: return (.rgb, .none)
    default: return nil
    }
  }
}
