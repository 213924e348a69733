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
  /// The format is right and what it says is not; the text says what.
  case damaged(String)
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
    case .damaged(let reason):
      reason
    }
  }
}

/// What a picture may ask for.
public enum ImageLimits {
  /// Where Pillow raises `DecompressionBombError`: twice its `MAX_IMAGE_PIXELS`.
  public static let pixels = 178_956_970

  /// Refuses an absurd size; to be called before memory is taken.
  static func check(width: Int, height: Int) throws(ImageError) {
    let (product, overflow) = max(1, width).multipliedReportingOverflow(by: max(1, height))
    guard !overflow, product <= pixels else { throw .tooLarge(width: width, height: height) }
  }
}
