internal import CImageShims

/// Decodes the first picture of a PNG (third edition of the specification,
/// APNG included) into Pillow's modes.
func decodePNG(_ bytes: [UInt8]) throws(ImageError) -> Decoded {
  var file = try PNGFile(bytes)
  let header = file.header
  try ImageLimits.check(width: header.width, height: header.height)
  _ = try file.colors.palette(header)
  let (pixels, lastPiece) = try decodePixels(bytes, file)
  try file.readTail(bytes, from: lastPiece)
  let image = Image(
    width: header.width, height: header.height, mode: header.mode, pixels: pixels,
    palette: try file.colors.palette(header))
  return Decoded(image: image, orientation: try file.metadata.orientation())
}

/// The pixels, and the number of the IDAT chunk that held the last of them.
private func decodePixels(
  _ bytes: [UInt8], _ file: PNGFile
) throws(ImageError) -> (pixels: [UInt8], lastPiece: Int) {
  let header = file.header
  var shimHeader = CImageShims_png_header(
    width: UInt32(header.width), height: UInt32(header.height), depth: header.depth,
    color_type: header.colorType.rawValue, interlaced: header.isInterlaced ? 1 : 0)
  let pieces = file.pieces.map { CImageShims_piece(offset: $0.start, count: $0.data.count) }
  guard pieces.allSatisfy({ $0.count <= Int(Int32.max) }) else {
    throw .damaged("broken PNG file (a chunk is too long)")
  }
  let rowBytes = header.mode.rowBytes(header.width)
  var pixels = [UInt8](repeating: 0, count: rowBytes * header.height)
  var used = 0
  var message = [CChar](repeating: 0, count: CImageShims_message_size)
  let status = unsafe CImageShims_png_decode(
    &shimHeader, bytes, pieces, pieces.count, &pixels, rowBytes, &used, &message)
  guard UInt32(bitPattern: status) == CImageShims_done.rawValue else {
    throw .damaged("broken PNG file (\(text(message)))")
  }
  return (pixels, max(0, used - 1))
}
