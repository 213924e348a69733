import Shared

/// What is the same in all requests of a run: the model, its instruction and
/// its settings. Nil leaves a setting to the service.
struct ModelSettings {
  var model = "gemini-3.8-flash"
  var system = Prompt.defaultSystem
  var temperature: Double?
  var maxOutputTokens: Int?
  var thinking: Thinking?
  var mediaResolution: MediaResolution?
  var seed: Int?
  /// The threshold for all categories.
  var safety: SafetyThreshold?

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

  /// `"generationConfig":{…}` with `extra` members in it, and
  /// `"safetySettings":[…]`, each with a comma before it, or nothing.
  func members(extra: String = "") -> String {
    var config: [String] = extra.isEmpty ? [] : [extra]
    if let temperature { config.append("\"temperature\":\(temperature)") }
    if let maxOutputTokens { config.append("\"maxOutputTokens\":\(maxOutputTokens)") }
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
    return members
  }
}
