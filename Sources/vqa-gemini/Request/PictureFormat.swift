import Shared

/// The picture formats that the service takes, recognised by their first bytes.
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
    switch ImageFormat(signatureOf: bytes) {
    case .png: self = .png
    case .jpeg: self = .jpeg
    case .webp: self = .webp
    case .heic: self = .heic
    case .heif: self = .heif
    default: return nil
    }
  }
}
