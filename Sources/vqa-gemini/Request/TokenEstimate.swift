/// How many input tokens a request will be counted as. The service says the
/// true number with each answer.
struct TokenEstimate {
  /// Tokens of a picture, by the model's rule; nil if that depends on its size.
  private let perPicture: Int?
  private let systemTokens: Int

  /// https://ai.google.dev/gemini-api/docs/tokens: four characters a token.
  static func text(_ utf8Count: Int) -> Int { (utf8Count + 3) / 4 }

  init(_ settings: ModelSettings) {
    systemTokens = Self.text(settings.system.utf8.count)
    let isSecondGeneration =
      settings.model.hasPrefix("gemini-2") || settings.model.hasPrefix("gemini-1")
    // https://ai.google.dev/gemini-api/docs/media-resolution
    perPicture =
      switch (isSecondGeneration, settings.mediaResolution) {
      case (true, .low): 64
      case (true, _): nil
      case (false, .low): 280
      case (false, .medium): 560
      case (false, .high), (false, nil): 1120
      }
  }

  /// - Parameters:
  ///   - size: width and height of the picture; nil if not known.
  ///   - promptBytes: length of the prompt in UTF-8.
  func tokens(pictureSize size: (width: Int, height: Int)?, promptBytes: Int) -> Int {
    systemTokens + (perPicture ?? Self.tiles(size)) + Self.text(promptBytes)
  }

  /// The rule of the 2.x models: 258 for a small picture, else for each tile
  /// of 768 pixels.
  private static func tiles(_ size: (width: Int, height: Int)?) -> Int {
    guard let size, size.width > 384 || size.height > 384,
      size.width < 1 << 20, size.height < 1 << 20
    else { return 258 }
    return 258 * ((max(1, size.width) + 767) / 768) * ((max(1, size.height) + 767) / 768)
  }
}
