/// A picture format, told by the first bytes alone.
public enum ImageFormat: String, Sendable, CaseIterable {
  case png = "PNG"
  case jpeg = "JPEG"
  case webp = "WebP"
  case gif = "GIF"
  case bmp = "BMP"
  case tiff = "TIFF"
  case heic = "HEIC"
  case heif = "HEIF"
  case avif = "AVIF"
  case jpeg2000 = "JPEG 2000"
  case icon = "ICO"
  case photoshop = "PSD"
  case netpbm = "Netpbm"
  case dicom = "DICOM"

  /// The format that the bytes begin like, or nil.
  public init?(signatureOf bytes: [UInt8]) {
    let known = Self.signatures.first { signature in
      signature.parts.allSatisfy { offset, magic in
        bytes.dropFirst(offset).starts(with: magic)
      }
    }
    guard let format = known?.format ?? Self.isoMedia(bytes) ?? Self.netpbm(bytes)
    else { return nil }
    self = format
  }

  /// The media type, as IANA registers it.
  public var mimeType: String {
    switch self {
    case .png: "image/png"
    case .jpeg: "image/jpeg"
    case .webp: "image/webp"
    case .gif: "image/gif"
    case .bmp: "image/bmp"
    case .tiff: "image/tiff"
    case .heic: "image/heic"
    case .heif: "image/heif"
    case .avif: "image/avif"
    case .jpeg2000: "image/jp2"
    case .icon: "image/vnd.microsoft.icon"
    case .photoshop: "image/vnd.adobe.photoshop"
    case .netpbm: "image/x-portable-anymap"
    case .dicom: "application/dicom"
    }
  }

  /// Bytes that must stand at offsets.
  private struct Signature {
    let format: ImageFormat
    let parts: [(Int, [UInt8])]

    init(_ format: ImageFormat, _ parts: (Int, [UInt8])...) {
      self.format = format
      self.parts = parts
    }
  }

  /// PNG and JPEG as Pillow's `_accept` asks for them.
  private static let signatures = [
    Signature(.png, (0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])),
    Signature(.jpeg, (0, [0xff, 0xd8, 0xff])),
    Signature(.webp, (0, Array("RIFF".utf8)), (8, Array("WEBP".utf8))),
    Signature(.gif, (0, Array("GIF87a".utf8))),
    Signature(.gif, (0, Array("GIF89a".utf8))),
    Signature(.bmp, (0, Array("BM".utf8))),
    Signature(.tiff, (0, [0x49, 0x49, 0x2a, 0x00])),
    Signature(.tiff, (0, [0x4d, 0x4d, 0x00, 0x2a])),
    Signature(.tiff, (0, [0x49, 0x49, 0x2b, 0x00])),
    Signature(.tiff, (0, [0x4d, 0x4d, 0x00, 0x2b])),
    Signature(.jpeg2000, (0, [0xff, 0x4f, 0xff, 0x51])),
    Signature(
      .jpeg2000,
      (0, [0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50, 0x20, 0x20, 0x0d, 0x0a, 0x87, 0x0a])),
    Signature(.icon, (0, [0x00, 0x00, 0x01, 0x00])),
    Signature(.photoshop, (0, Array("8BPS".utf8))),
    Signature(.dicom, (128, Array("DICM".utf8))),
  ]

  /// HEIF and AVIF by the major brand of the `ftyp` box (ISO/IEC 23008-12, annex B).
  private static func isoMedia(_ bytes: [UInt8]) -> ImageFormat? {
    guard bytes.count >= 12, bytes[4..<8].elementsEqual("ftyp".utf8) else { return nil }
    return switch String(decoding: bytes[8..<12], as: UTF8.self) {
    case "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs": .heic
    case "mif1", "msf1", "heif": .heif
    case "avif", "avis": .avif
    default: nil
    }
  }

  /// P1 to P6 and white space.
  private static func netpbm(_ bytes: [UInt8]) -> ImageFormat? {
    guard bytes.count >= 3, bytes[0] == UInt8(ascii: "P"),
      (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(bytes[1]),
      [0x20, 0x09, 0x0a, 0x0d].contains(bytes[2])
    else { return nil }
    return .netpbm
  }
}
