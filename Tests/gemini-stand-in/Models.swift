/// A model as the stand-in knows it: what it takes and what its images cost.
struct Model {
  enum Generation { case two, threeOrLater }

  let name: String
  let generation: Generation
  /// Levels that the model offers; empty on generation two.
  let levels: [String]
  let defaultLevel: String
  /// Budgets that generation two takes beside -1.
  let budgets: ClosedRange<Int>
  let displayName: String

  static let inputLimit = 1_048_576
  static let outputLimit = 65_536

  /// The line-up of autumn 2026 (gemini-api.md, sections 2 and 8).
  static let all: [String: Model] = Dictionary(
    uniqueKeysWithValues: [
      later("gemini-3.8-flash", ["LOW", "MEDIUM", "HIGH"], "MEDIUM"),
      later("gemini-3.7-flash", ["LOW", "MEDIUM", "HIGH"], "MEDIUM"),
      later("gemini-3.6-flash", ["LOW", "MEDIUM", "HIGH"], "MEDIUM"),
      later("gemini-3.5-flash", ["MINIMAL", "LOW", "MEDIUM", "HIGH"], "MEDIUM"),
      later("gemini-3.5-flash-lite", ["MINIMAL", "LOW", "MEDIUM", "HIGH"], "MINIMAL"),
      later("gemini-3.1-flash-lite", ["MINIMAL", "LOW", "MEDIUM", "HIGH"], "MINIMAL"),
      later("gemini-3.1-pro-preview", ["LOW", "MEDIUM", "HIGH"], "HIGH"),
      later("gemini-4-argon", ["LOW", "MEDIUM", "HIGH"], "MEDIUM"),
      second("gemini-2.5-flash", 0...24_576),
      second("gemini-2.5-flash-lite", 0...24_576),
      second("gemini-2.5-pro", 128...32_768),
    ].map { ($0.name, $0) })

  private static func later(_ name: String, _ levels: [String], _ level: String) -> Model {
    Model(
      name: name, generation: .threeOrLater, levels: levels, defaultLevel: level,
      budgets: 0...32_768, displayName: name)
  }

  private static func second(_ name: String, _ budgets: ClosedRange<Int>) -> Model {
    Model(
      name: name, generation: .two, levels: [],
      defaultLevel: name.hasSuffix("lite") ? "OFF" : "MEDIUM", budgets: budgets, displayName: name)
  }

  /// What `GET /models/{m}` says.
  var description: Value {
    [
      "name": .string("models/\(name)"), "version": "001", "displayName": .string(displayName),
      "inputTokenLimit": .int(Model.inputLimit), "outputTokenLimit": .int(Model.outputLimit),
      "supportedGenerationMethods": ["generateContent", "countTokens", "batchGenerateContent"],
      "temperature": 1, "topP": .double(0.95), "topK": 64, "maxTemperature": 2, "thinking": true,
    ]
  }
}
