internal import CZlib

/// Whether an image file is all there: what a decoder would stumble over, told
/// without decoding. Pixel data that is wrong inside sound chunks passes.
enum ImageIntegrity {
  static func isWhole(_ bytes: [UInt8], _ format: ImageHeader.Format) -> Bool {
    switch format {
    case .png: pngIsWhole(bytes)
    case .jpeg: jpegHasEnd(bytes)
    case .webp, .heif: true
    }
  }

  /// Every chunk to IEND has its right CRC (PNG specification, section 5.3).
  private static func pngIsWhole(_ bytes: [UInt8]) -> Bool {
    var offset = 8
    while offset + 12 <= bytes.count {
      let length = bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - offset - 12 else { return false }
      let end = offset + 8 + length
      let stored = bytes[end..<end + 4].reduce(0) { $0 << 8 | UInt($1) }
      let sum = unsafe bytes[offset + 4..<end].withUnsafeBufferPointer {
        unsafe crc32(0, $0.baseAddress, UInt32($0.count))
      }
      guard UInt(sum) == stored else { return false }
      if bytes[offset + 4..<offset + 8].elementsEqual("IEND".utf8) { return true }
      offset = end + 4
    }
    return false
  }

  /// An end-of-image marker; a file that was cut off has none (ITU T.81, B.1.1.3).
  private static func jpegHasEnd(_ bytes: [UInt8]) -> Bool {
    var from = 2
    while let hit = bytes.firstOffset(of: 0xFF, from: from) {
      if hit + 1 < bytes.count, bytes[hit + 1] == 0xD9 { return true }
      from = hit + 1
    }
    return false
  }
}
