/// The counting rule of the stand-in, the same for requests and answers.
///
/// Text: a token for every four UTF-8 bytes of a part, rounded up. Images: the
/// model's own rule (gemini-api.md, section 3).
enum Tokens {
  static func text(_ text: String) -> Int { (text.utf8.count + 3) / 4 }

  /// - Parameter resolution: the part's own level, else the request's.
  static func image(_ header: ImageHeader, resolution: String?, model: Model) -> Int {
    switch (model.generation, resolution) {
    case (.threeOrLater, "MEDIA_RESOLUTION_LOW"): 280
    case (.threeOrLater, "MEDIA_RESOLUTION_MEDIUM"): 560
    case (.threeOrLater, "MEDIA_RESOLUTION_ULTRA_HIGH"): 2240
    case (.threeOrLater, _): 1120
    case (.two, "MEDIA_RESOLUTION_LOW"): 64
    case (.two, _):
      header.width <= 384 && header.height <= 384
        ? 258 : 258 * ((header.width + 767) / 768) * ((header.height + 767) / 768)
    }
  }

  /// Thoughts for an answer: by level, some more or less by the request's digest.
  static func thoughts(_ thinking: Value?, model: Model, digest: Digest) -> Int {
    let spread = digest.pick(32, for: 7)
    if let budget = thinking?["thinkingBudget"]?.int, budget >= 0 {
      return min(budget, 96 + spread)
    }
    switch thinking?["thinkingLevel"]?.string ?? model.defaultLevel {
    case "OFF", "MINIMAL": return 0
    case "LOW": return 32 + spread
    case "HIGH": return 320 + spread
    default: return 96 + spread
    }
  }
}
