/// Why bytes do not become a picture, or a picture no file.
public enum ImageError: Error, Equatable {
  /// The bytes begin like no picture format that is known.
  case notAnImage
  /// The bytes are a picture of this format, which is not read here.
  case unsupportedFormat(String)
  /// The picture has pixels of this kind, which cannot be had or written.
  case unsupportedMode(String)
  /// More pixels than ``ImageLimits/pixels``; refused before memory is taken.
  case tooLarge(width: Int, height: Int)
  /// More bytes than ``ImageLimits/fileBytes``.
  case fileTooLarge(Int)
  /// To decode it would take far longer than its size justifies; the text says why.
  case tooMuchWork(String)
  /// The format is right and what it says is not; the text says what.
  case damaged(String)
  /// The work was given up because its caller asked for that.
  case cancelled
}

extension ImageError: CustomStringConvertible {
  /// One line for a person.
  public var description: String {
    switch self {
    case .notAnImage:
      "not an image: the bytes begin like no known format"
    case .unsupportedFormat(let format):
      "\(format) pictures are not read; convert this one to PNG"
    case .unsupportedMode(let what):
      what
    case .tooLarge(let width, let height):
      "\(width)x\(height) is more than the limit of \(ImageLimits.pixels) pixels"
    case .fileTooLarge(let bytes):
      "\(bytes) bytes are more than the limit of \(ImageLimits.fileBytes) for a picture's file"
    case .tooMuchWork(let reason):
      reason
    case .damaged(let reason):
      reason
    case .cancelled:
      "interrupted before it was decoded"
    }
  }
}

/// What a picture may ask for.
public enum ImageLimits {
  /// Where Pillow raises `DecompressionBombError`: twice its `MAX_IMAGE_PIXELS`.
  public static let pixels = 178_956_970

  /// Bytes of a file: as many pixels of four uncompressed bytes, and 64 MiB
  /// of metadata.
  public static let fileBytes = 4 * pixels + 64 << 20

  /// Scans of a JPEG, as libjpeg-turbo's own tools suggest (`-maxscans 500`);
  /// encoders write about ten.
  static let scans = 500

  /// Pixels times scans, each of which takes a few nanoseconds: what a picture
  /// at the pixel limit may have 24 scans for.
  static let scannedPixels = 24 * pixels

  static let scansExceeded =
    "a JPEG of more than \(scans) scans, or \(scannedPixels) pixels in all scans, is not read"

  /// Refuses an absurd size; to be called before memory is taken.
  static func check(width: Int, height: Int) throws(ImageError) {
    let (product, overflow) = max(1, width).multipliedReportingOverflow(by: max(1, height))
    guard !overflow, product <= pixels else { throw .tooLarge(width: width, height: height) }
  }
}
