internal import CImageShims

/// Decodes a JPEG (ITU-T T.81, T.871) into `L`, `RGB` or `CMYK`.
///
/// CMYK comes as Pillow gives it: inverted, as Adobe's programs store it,
/// whether or not there is an Adobe marker.
func decodeJPEG(_ bytes: [UInt8]) throws(ImageError) -> Decoded {
  let header = try JPEGHeader(bytes)
  try ImageLimits.check(width: header.width, height: header.height)
  let orientation = try header.orientation()
  var pixels = try decodePixels(bytes, header)
  if header.components == 4 {
    for index in pixels.indices { pixels[index] = ~pixels[index] }
  }
  let mode: PixelMode =
    switch header.components {
    case 1: .gray
    case 3: .rgb
    default: .cmyk
    }
  let image = Image(width: header.width, height: header.height, mode: mode, pixels: pixels)
  return Decoded(image: image, orientation: orientation)
}

private func decodePixels(_ bytes: [UInt8], _ header: JPEGHeader) throws(ImageError) -> [UInt8] {
  let count = header.width * header.height * header.components
  var status: Int32 = 0
  var message = [CChar](repeating: 0, count: CImageShims_message_size)
  let pixels = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
    status = unsafe CImageShims_jpeg_decode(
      bytes, bytes.count, UInt32(header.width), UInt32(header.height),
      Int32(header.components), buffer.baseAddress, &message)
    initialized = UInt32(bitPattern: status) == CImageShims_done.rawValue ? count : 0
  }
  switch UInt32(bitPattern: status) {
  case CImageShims_done.rawValue: return pixels
  case CImageShims_truncated.rawValue: throw .damaged("truncated JPEG file")
  case CImageShims_mismatch.rawValue: throw .damaged("broken JPEG file (two sizes)")
  default: throw .damaged("broken JPEG file (\(text(message)))")
  }
}

/// A C string as far as its end.
func text(_ message: [CChar]) -> String {
  String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
