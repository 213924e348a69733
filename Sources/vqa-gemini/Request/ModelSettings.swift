import Shared

/// What is the same in all requests of a run: the model, its instruction and
/// its settings. Nil leaves a setting to the service.
struct ModelSettings {
  var model = "gemini-3.8-flash"
  var system = Prompt.defaultSystem
  var temperature: Double?
  /// Thoughts included; nil for a cap by `outputCap`.
  var maxOutputTokens: Int?
  var thinking: Thinking?
  var mediaResolution: MediaResolution?
  var seed: Int?
  /// The threshold for all categories.
  var safety: SafetyThreshold?
  /// How fast and at what price the request is served.
  var tier: ServiceTier?

  /// https://ai.google.dev/gemini-api/docs/flex-inference
  enum ServiceTier: String, CaseIterable {
    /// Half the price, in minutes, may be shed.
    case flex
    case standard, priority
  }

  /// How much the model thinks: a level (Gemini 3 and later) or a budget of
  /// tokens (2.5), never both.
  enum Thinking: Equatable {
    case level(String)
    case budget(Int)
  }

  enum MediaResolution: String, CaseIterable {
    case low, medium, high
  }

  enum SafetyThreshold: String, CaseIterable {
    case blockLow = "block-low"
    case blockMedium = "block-medium"
    case blockHigh = "block-high"
    case blockNone = "block-none"
    case off

    var wireName: String {
      switch self {
      case .blockLow: "BLOCK_LOW_AND_ABOVE"
      case .blockMedium: "BLOCK_MEDIUM_AND_ABOVE"
      case .blockHigh: "BLOCK_ONLY_HIGH"
      case .blockNone: "BLOCK_NONE"
      case .off: "OFF"
      }
    }
  }

  /// The most output tokens of a request for so many questions if the user
  /// gives none. An explanation takes a hundred or two beside its thoughts, so
  /// it is not cut, and a model that repeats itself without end is: at the
  /// default model's price, 3.75 USD for a million, that costs about a cent.
  /// Thoughts count, so the cap grows with their level.
  ///
  /// - Parameter isRaised: whether thoughts have used up the ordinary cap.
  func outputCap(_ questions: Int, isRaised: Bool = false) -> Int {
    (isRaised ? 4 : 1) * thoughtCap + 1024 + 512 * (questions - 1)
  }

  /// The part of `outputCap` that is for thoughts.
  var thoughtCap: Int {
    switch thinking {
    case .level("xhigh"): 32_768
    case .level("high"): 16_384
    case .budget(let tokens) where tokens > 0: min(tokens, 1 << 20)
    // The pro models think at the high level unless set otherwise.
    case nil where model.contains("pro"): 16_384
    default: 2048
    }
  }

  /// `"generationConfig":{…}` with `extra` members in it,
  /// `"safetySettings":[…]` and `"serviceTier":…`, each with a comma before it,
  /// or nothing.
  ///
  /// - Parameters:
  ///   - questions: how many questions the request asks; nil for the part that a
  ///     request is remembered by, which holds neither the default cap nor the
  ///     tier.
  ///   - isCapRaised: see `outputCap`.
  func members(
    extra: String = "", questions: Int? = nil, isCapRaised: Bool = false
  ) -> String {
    var config: [String] = extra.isEmpty ? [] : [extra]
    if let temperature { config.append("\"temperature\":\(temperature)") }
    if let limit = maxOutputTokens
      ?? questions.map({ outputCap($0, isRaised: isCapRaised) })
    {
      config.append("\"maxOutputTokens\":\(limit)")
    }
    if let seed { config.append("\"seed\":\(seed)") }
    if let mediaResolution {
      config.append(
        "\"mediaResolution\":\"MEDIA_RESOLUTION_\(mediaResolution.rawValue.uppercased())\"")
    }
    switch thinking {
    case .level(let level):
      config.append("\"thinkingConfig\":{\"thinkingLevel\":\"\(level.uppercased())\"}")
    case .budget(let tokens):
      config.append("\"thinkingConfig\":{\"thinkingBudget\":\(tokens)}")
    case nil: break
    }
    var members = ""
    if !config.isEmpty { members += ",\"generationConfig\":{\(config.joined(separator: ","))}" }
    if let safety {
      let settings = ["HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT"].map {
        "{\"category\":\"HARM_CATEGORY_\($0)\",\"threshold\":\"\(safety.wireName)\"}"
      }
      members += ",\"safetySettings\":[\(settings.joined(separator: ","))]"
    }
    if questions != nil, let tier {
      members += ",\"serviceTier\":\"\(tier.rawValue.uppercased())\""
    }
    return members
  }
}
