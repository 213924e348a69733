internal import CImageShims
internal import CZlib

/// What Pillow learns from a PNG's chunks, with the same refusals: libpng gets
/// to see only the pixels of files that pass this.
///
/// Check sums count as far as the first IDAT, and nowhere behind it. Sources:
/// PNG specification, section 11; Pillow's `PngImagePlugin`.
struct PNGFile {
  let header: PNGHeader
  /// The first run of IDAT chunks, at least one.
  let pieces: [CImageShims_piece]
  private(set) var colors: PNGColors
  private(set) var metadata: PNGMetadata
  private let isAnimated: Bool

  /// Reads as far as the first chunk behind the picture's data.
  init(_ bytes: [UInt8]) throws(ImageError) {
    var reader = PNGChunkReader(bytes)
    var found: PNGHeader?
    var chunk = try Self.next(&reader)
    var (colors, metadata, animation) = (PNGColors(), PNGMetadata(), PNGAnimation())
    while chunk.name != "IDAT" {
      guard chunk.name != "IEND" else { throw .damaged("broken PNG file (it has no IDAT)") }
      guard !chunk.isCut else { throw .damaged("truncated PNG file (in \(chunk.name))") }
      switch chunk.name {
      case "IHDR": found = try PNGHeader(chunk)
      case "PLTE", "tRNS": try colors.take(chunk, found)
      case "acTL", "fcTL", "fdAT": try animation.take(chunk, found)
      default: try metadata.take(chunk)
      }
      try Self.check(chunk, reader)
      chunk = try Self.next(&reader)
    }
    guard let header = found else { throw .damaged("broken PNG file (it has no IHDR)") }
    var pieces = [chunk.piece]
    while !chunk.isCut, let following = Self.nextPiece(&reader) {
      chunk = following
      pieces.append(chunk.piece)
    }
    isAnimated = animation.frames > 1 || (animation.frames == 1 && !animation.hasFrame)
    (self.header, self.pieces, self.colors, self.metadata) = (header, pieces, colors, metadata)
  }

  /// Reads what stands behind the picture's data, from the piece on that held
  /// its last row. What is cut there fails, what is no chunk ends the search.
  mutating func readTail(_ bytes: [UInt8], from piece: Int) throws(ImageError) {
    var reader = PNGChunkReader(bytes)
    reader.position = pieces[piece].offset + pieces[piece].count + 4
    while let chunk = try? reader.next(), chunk.name != "IEND" {
      if chunk.name == "fcTL", isAnimated { return }
      guard !chunk.isCut else {
        throw .damaged("truncated PNG file (in \(chunk.name) behind the pixels)")
      }
      switch chunk.name {
      case "PLTE", "tRNS": try colors.take(chunk, header)
      default: try metadata.take(chunk)
      }
    }
  }
}

extension PNGFile {
  private static func nextPiece(_ reader: inout PNGChunkReader) -> PNGChunk? {
    guard let chunk = try? reader.next(), chunk.name == "IDAT" else { return nil }
    return chunk
  }

  private static func next(_ reader: inout PNGChunkReader) throws(ImageError) -> PNGChunk {
    do throws(PNGChunkReader.Failure) {
      return try reader.next()
    } catch {
      switch error {
      case .end: throw .damaged("truncated PNG file (before its pixels)")
      case .badName: throw .damaged("broken PNG file (a chunk's name is none)")
      }
    }
  }

  private static func check(
    _ chunk: PNGChunk, _ reader: PNGChunkReader
  ) throws(ImageError) {
    guard let sum = reader.checksum(of: chunk) else {
      throw .damaged("truncated PNG file (in \(chunk.name))")
    }
    let computed = unsafe Array(chunk.name.utf8).withUnsafeBufferPointer { name in
      unsafe chunk.data.withUnsafeBufferPointer { data in
        let start = unsafe crc32_z(0, name.baseAddress, name.count)
        return unsafe data.isEmpty ? start : crc32_z(start, data.baseAddress, data.count)
      }
    }
    guard computed == sum else {
      throw .damaged("broken PNG file (bad checksum in \(chunk.name))")
    }
  }
}

/// PLTE and tRNS: what indices stand for.
struct PNGColors {
  private var colors: [UInt8] = []
  private var alpha: [UInt8] = []

  /// Opacity changes no pixels; what is too short for the picture's mode
  /// fails all the same.
  mutating func take(_ chunk: PNGChunk, _ header: PNGHeader?) throws(ImageError) {
    switch (chunk.name, header?.mode) {
    case ("PLTE", .palette): colors = Array(chunk.data)
    case ("tRNS", .palette): alpha = Array(chunk.data.prefix(256))
    case ("tRNS", .rgb) where chunk.length < 6, ("tRNS", .bilevel) where chunk.length < 2,
      ("tRNS", .gray) where chunk.length < 2, ("tRNS", .gray16) where chunk.length < 2:
      throw .damaged("broken PNG file (its tRNS is cut)")
    default: break
    }
  }

  /// The colours of a picture that has them.
  func palette(_ header: PNGHeader) throws(ImageError) -> Palette? {
    guard header.colorType == .palette else { return nil }
    guard colors.count <= 768 else { throw .damaged("broken PNG file (more than 256 colours)") }
    return Palette(colors: Array(colors.prefix(colors.count / 3 * 3)), alpha: alpha)
  }
}

/// The chunks of an APNG before its first IDAT.
struct PNGAnimation {
  /// What acTL says, 0 without one.
  private(set) var frames = 0
  /// Whether IDAT is the first frame, not a picture for those who know no APNG.
  private(set) var hasFrame = false

  mutating func take(_ chunk: PNGChunk, _ header: PNGHeader?) throws(ImageError) {
    let reader = ByteReader(chunk.data)
    switch chunk.name {
    case "acTL":
      guard let count = reader.uint32(0), chunk.length >= 8 else {
        throw .damaged("broken PNG file (its acTL is cut)")
      }
      // A second one, or a number that makes no sense, is no animation.
      frames = frames == 0 && count <= 0x8000_0000 ? count : 0
    case "fcTL":
      guard chunk.length >= 26, !hasFrame, reader.uint32(0) == 0,
        let width = reader.uint32(4), let height = reader.uint32(8),
        reader.uint32(12) == 0, reader.uint32(16) == 0,
        width == header?.width, height == header?.height
      else { throw .damaged("broken PNG file (its first frame is not the whole picture)") }
      hasFrame = true
    default:
      throw .damaged("broken PNG file (a frame before the picture)")
    }
  }
}

extension PNGChunk {
  /// Where its data are.
  fileprivate var piece: CImageShims_piece { CImageShims_piece(offset: start, count: data.count) }
}
