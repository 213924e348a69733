internal import CImageShims

/// Decodes a JPEG (ITU-T T.81, T.871) into `L`, `RGB` or `CMYK`.
///
/// CMYK comes as Pillow gives it: inverted, as Adobe's programs store it,
/// whether or not there is an Adobe marker.
struct JPEGDecoder: ImageDecoder {
  private let bytes: [UInt8]
  private let header: JPEGHeader

  init(_ bytes: [UInt8]) throws(ImageError) {
    self.bytes = bytes
    header = try JPEGHeader(bytes)
  }

  var width: Int { header.width }
  var height: Int { header.height }

  var mode: PixelMode {
    switch header.components {
    case 1: .gray
    case 3: .rgb
    default: .cmyk
    }
  }

  /// libjpeg keeps two bytes a sample until the last scan has come.
  var workingBytes: Int {
    header.hasSeveralScans ? 2 * (width + 32) * (height + 32) * header.components : 0
  }

  func orientation() throws(ImageError) -> Orientation { try header.orientation() }

  mutating func decode(
    into pixels: inout [UInt8], isCancelled: @escaping CancellationCheck
  ) throws(ImageError) {
    var message = [CChar](repeating: 0, count: CImageShims_message_size)
    let scans = min(ImageLimits.scans, ImageLimits.scannedPixels / (width * height))
    let status = unsafe ShimCheck.with(isCancelled) { check in
      var picture = unsafe CImageShims_jpeg_picture(
        width: UInt32(width), height: UInt32(height), components: Int32(header.components),
        max_scans: Int32(scans), check: check)
      return unsafe CImageShims_jpeg_decode(bytes, bytes.count, &picture, &pixels, &message)
    }
    try checkStatus(status, message, "JPEG")
    if header.components == 4 {
      for index in pixels.indices { pixels[index] = ~pixels[index] }
    }
  }
}
