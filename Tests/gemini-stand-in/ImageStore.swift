import Images

/// The images that requests carried, each looked at once: an image's base64
/// comes again with each of its questions.
struct ImageStore {
  enum Verdict {
    case image(ImageHeader)
    case notBase64
    case notAnImage
  }

  static let mimeTypes = ["image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"]

  private var verdicts: [Digest: Verdict] = [:]
  /// Verdicts are small, but a client could send images without end.
  private let limit = 1_000_000

  mutating func verdict(on text: ArraySlice<UInt8>) -> (Verdict, Digest) {
    var digest = Digest()
    digest.combine(text)
    if let known = verdicts[digest] { return (known, digest) }
    let verdict = ImageStore.look(at: text)
    if verdicts.count >= limit { verdicts.removeAll() }
    verdicts[digest] = verdict
    return (verdict, digest)
  }

  private static func look(at text: ArraySlice<UInt8>) -> Verdict {
    guard let bytes = Base64Text.decode(text) else { return .notBase64 }
    guard let header = ImageHeader(bytes), header.width > 0, header.height > 0,
      ImageIntegrity.isWhole(bytes, header.format), decodes(bytes, header.format)
    else {
      return .notAnImage
    }
    return .image(header)
  }

  /// Whether PNG and JPEG files have pixels to show; of the others no more
  /// than the header is read.
  private static func decodes(_ bytes: [UInt8], _ format: ImageHeader.Format) -> Bool {
    switch format {
    case .png, .jpeg: (try? Image(decoding: bytes)) != nil
    case .webp, .heif: true
    }
  }
}
