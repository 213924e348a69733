internal import CImageShims

/// Decodes the first picture of a PNG (third edition of the specification,
/// APNG included) into Pillow's modes.
struct PNGDecoder: ImageDecoder {
  private let bytes: [UInt8]
  private var file: PNGFile

  init(_ bytes: [UInt8]) throws(ImageError) {
    self.bytes = bytes
    file = try PNGFile(bytes)
    _ = try palette()
  }

  var width: Int { file.header.width }
  var height: Int { file.header.height }
  var mode: PixelMode { file.header.mode }
  var workingBytes: Int { file.pieces.count * MemoryLayout<CImageShims_piece>.stride }

  func palette() throws(ImageError) -> Palette? { try file.colors.palette(file.header) }

  func orientation() throws(ImageError) -> Orientation { try file.metadata.orientation() }

  mutating func decode(
    into pixels: inout [UInt8], isCancelled: @escaping CancellationCheck
  ) throws(ImageError) {
    let header = file.header
    var shimHeader = CImageShims_png_header(
      width: UInt32(header.width), height: UInt32(header.height), depth: header.depth,
      color_type: header.colorType.rawValue, interlaced: header.isInterlaced ? 1 : 0)
    guard file.pieces.allSatisfy({ $0.count <= Int(Int32.max) }) else {
      throw .damaged("broken PNG file (a chunk is too long)")
    }
    let rowBytes = header.mode.rowBytes(header.width)
    var used = 0
    var message = [CChar](repeating: 0, count: CImageShims_message_size)
    let status = unsafe ShimCheck.with(isCancelled) { check in
      unsafe CImageShims_png_decode(
        &shimHeader, bytes, file.pieces, file.pieces.count, &pixels, rowBytes, check, &used,
        &message)
    }
    try checkStatus(status, message, "PNG")
    try file.readTail(bytes, from: max(0, used - 1))
  }
}
