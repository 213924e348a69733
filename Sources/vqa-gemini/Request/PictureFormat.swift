/// The picture formats that the service takes, told by their first bytes.
///
/// Rows come from strangers' data sets and may name any file of this machine;
/// what is no picture is never sent.
enum PictureFormat: String {
  case png = "image/png"
  case jpeg = "image/jpeg"
  case webp = "image/webp"
  case heic = "image/heic"
  case heif = "image/heif"

  /// The media type.
  var mimeType: String { rawValue }

  /// The format of a file that begins with `bytes`; nil if it is none of these.
  init?(_ bytes: [UInt8]) {
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) {
      self = .webp
    } else if bytes.dropFirst(4).starts(with: "ftyp".utf8) {
      // ISO/IEC 23008-12, section 10: the major brand of a HEIF file.
      switch String(decoding: bytes.dropFirst(8).prefix(4), as: UTF8.self) {
      case "heic", "heix", "heim", "heis", "hevc", "hevx": self = .heic
      case "mif1", "msf1": self = .heif
      default: return nil
      }
    } else {
      return nil
    }
  }
}
