public import Shared

/// What differs between picture formats: one type a format, with the first
/// picture of a file as Pillow sees it.
protocol ImageDecoder {
  /// Reads what is known before the pixels, and refuses what Pillow refuses
  /// there.
  init(_ bytes: [UInt8]) throws(ImageError)

  /// Pixels in a row, as stored.
  var width: Int { get }
  /// Rows, as stored.
  var height: Int { get }
  var mode: PixelMode { get }
  /// What decoding takes beside the file and the pixels, in bytes, at most.
  var workingBytes: Int { get }

  /// Decodes into `pixels`, zeros as many as a picture of this size and mode
  /// has, laid out as ``Image/pixels``.
  ///
  /// - Throws: `.cancelled` soon after `isCancelled` first says so.
  mutating func decode(
    into pixels: inout [UInt8], isCancelled: @escaping CancellationCheck
  ) throws(ImageError)

  /// The colours of a ``PixelMode/palette`` picture; asked after `decode`.
  func palette() throws(ImageError) -> Palette?

  /// How the picture is to be turned; asked after `decode`, and before it for
  /// an estimate.
  func orientation() throws(ImageError) -> Orientation
}

extension ImageDecoder {
  func palette() throws(ImageError) -> Palette? { nil }
}

/// Whether work is to be given up; asked again and again from the thread that
/// does it.
public typealias CancellationCheck = @Sendable () -> Bool

extension ImageFormat {
  /// The type that reads the format; nil for one that is only named.
  fileprivate var decoder: (any ImageDecoder.Type)? {
    switch self {
    case .png: PNGDecoder.self
    case .jpeg: JPEGDecoder.self
    case .webp: WebPDecoder.self
    case .gif: GIFDecoder.self
    case .bmp: BMPDecoder.self
    case .tiff: TIFFDecoder.self
    case .heic, .heif, .avif, .jpeg2000, .icon, .photoshop, .netpbm, .dicom: nil
    }
  }

  /// Whether pictures of the format are decoded.
  public var isRead: Bool { decoder != nil }
}

/// A picture file of which the header has been read, and not yet the pixels.
public struct ImageFile {
  private var decoder: any ImageDecoder

  /// Reads the header, tells the format by the signature, and refuses
  /// pictures over ``ImageLimits/pixels``.
  public init(_ bytes: [UInt8]) throws(ImageError) {
    guard let format = ImageFormat(signatureOf: bytes) else { throw .notAnImage }
    guard let decoder = format.decoder else { throw .unsupportedFormat(format.rawValue) }
    self.decoder = try decoder.init(bytes)
    try ImageLimits.check(width: self.decoder.width, height: self.decoder.height)
  }

  /// Pixels in a row, as stored: before the picture is turned.
  public var width: Int { decoder.width }
  /// Rows, as stored.
  public var height: Int { decoder.height }
  /// The size of ``Image/pixels``.
  public var pixelBytes: Int { decoder.mode.rowBytes(width) * height }

  /// What ``decode(isCancelled:)`` takes at its peak, in bytes, the file aside.
  public var decodingBytes: Int {
    let isTurned = ((try? decoder.orientation()) ?? .upright) != .upright
    return max(pixelBytes + decoder.workingBytes, isTurned ? 2 * pixelBytes : 0)
  }

  /// The picture that `datasets` makes of the file with Pillow: the first
  /// frame in the file's own mode, turned as its EXIF orientation (or XMP's,
  /// where EXIF has none) says.
  ///
  /// - Throws: ``ImageError``, wherever Pillow fails, and `.cancelled`.
  public consuming func decode(
    isCancelled: @escaping CancellationCheck = { false }
  ) throws(ImageError) -> Image {
    var pixels = [UInt8](repeating: 0, count: pixelBytes)
    try decoder.decode(into: &pixels, isCancelled: isCancelled)
    let image = Image(
      width: decoder.width, height: decoder.height, mode: decoder.mode, pixels: pixels,
      palette: try decoder.palette())
    pixels = []
    return image.turned(try decoder.orientation())
  }
}

extension Image {
  /// Decodes a picture file's bytes; see ``ImageFile/decode(isCancelled:)``.
  public init(decoding bytes: [UInt8]) throws(ImageError) {
    self = try ImageFile(bytes).decode()
  }
}
