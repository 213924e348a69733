import Digests
import Images

/// What tells pictures apart whose pixels have the same MD5.
struct Fingerprint: Equatable {
  /// Such as `640x480 RGB`.
  let shape: String
  let pixelBytes: Int
  private let digest: [UInt8]
  /// The colours of the indices that the pixels use, in the order of the
  /// indices; others do not show.
  private let colors: [UInt8]

  init(_ image: Image) {
    shape = "\(image.width)x\(image.height) \(image.mode.rawValue)"
    pixelBytes = image.pixels.count
    digest = Digest.hash(.sha256, image.pixels)
    colors = image.usedColors
  }
}

extension Image {
  /// The MD5 of the pixels, in hexadecimal.
  var hash: String { hexadecimal(Digest.hash(.md5, pixels)) }
}
