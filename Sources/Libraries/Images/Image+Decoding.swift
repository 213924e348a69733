extension Image {
  /// The picture that `datasets` makes of an image file's bytes with Pillow:
  /// the first frame in the file's own mode, turned as its EXIF orientation
  /// (or XMP's, where EXIF has none) says.
  ///
  /// - Throws: ``ImageError``, wherever Pillow fails.
  public init(decoding bytes: [UInt8]) throws(ImageError) {
    let picture: Decoded
    switch ImageFormat(signatureOf: bytes) {
    case .png: picture = try decodePNG(bytes)
    case .jpeg: picture = try decodeJPEG(bytes)
    case .webp: picture = try decodeWebP(bytes)
    case .some(let other): throw .unsupportedFormat(other.rawValue)
    case nil: throw .notAnImage
    }
    self = picture.image.turned(picture.orientation)
  }
}

/// A picture as it is stored, and how it is to be turned.
struct Decoded {
  let image: Image
  let orientation: Orientation
}
