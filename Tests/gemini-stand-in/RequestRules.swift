/// What the service checks after the proto parser: the rules between fields.
enum RequestRules {
  /// - Throws: the first `Refusal` that the API would give.
  static func check(_ request: Value, for model: Model) throws(Refusal) {
    let contents = request["contents"]?.array ?? []
    guard !contents.isEmpty else {
      throw .invalidArgument(
        "* GenerateContentRequest.contents: contents is not specified\n")
    }
    for (index, content) in contents.enumerated() {
      try check(content: content, named: "contents[\(index)]")
      if let role = content["role"]?.string, !["user", "model", "function", ""].contains(role) {
        throw .invalidArgument("Please use a valid role: user, model.")
      }
    }
    if let instruction = request["systemInstruction"] {
      try check(content: instruction, named: "system_instruction")
    }
    try check(safety: request["safetySettings"]?.array ?? [])
    if let config = request["generationConfig"] { try check(config: config, for: model) }
  }

  /// The fields of which a part must have one.
  private static let payloads = Set(
    Message.all["Part"]?.fields.values.filter { $0.oneof != nil }.map(\.name) ?? [])

  private static func check(content: Value, named name: String) throws(Refusal) {
    let parts = content["parts"]?.array ?? []
    guard !parts.isEmpty else {
      throw .invalidArgument(
        "* GenerateContentRequest.\(name).parts: contents.parts must not be empty.\n")
    }
    for (index, part) in parts.enumerated()
    where !part.members.contains(where: { payloads.contains($0.key) }) {
      throw .invalidArgument(
        "* GenerateContentRequest.\(name).parts[\(index)].data: "
          + "required oneof field 'data' must have one initialized field\n")
    }
  }

  private static func check(safety settings: [Value]) throws(Refusal) {
    var seen: Set<String> = []
    for setting in settings {
      let category = setting["category"]?.string ?? "HARM_CATEGORY_UNSPECIFIED"
      guard category != "HARM_CATEGORY_UNSPECIFIED" else {
        throw .invalidArgument(
          "* GenerateContentRequest.safety_settings[\(seen.count)]: "
            + "element predicate failed: $.category in (HARM_CATEGORY_HATE_SPEECH, "
            + "HARM_CATEGORY_SEXUALLY_EXPLICIT, HARM_CATEGORY_DANGEROUS_CONTENT, "
            + "HARM_CATEGORY_HARASSMENT, HARM_CATEGORY_CIVIC_INTEGRITY)\n")
      }
      guard seen.insert(category).inserted else {
        throw .invalidArgument(
          "* GenerateContentRequest.safety_settings: only one setting per category: \(category)\n")
      }
    }
  }

  private static func check(config: Value, for model: Model) throws(Refusal) {
    try range(config, "temperature", 0...2)
    try range(config, "topP", 0...1)
    if let count = config["candidateCount"]?.int, count != 1 {
      guard model.generation == .two, (1...8).contains(count) else {
        throw .invalidArgument("Multiple candidates is not enabled for this model")
      }
    }
    if let limit = config["maxOutputTokens"]?.int, limit < 1 {
      throw .invalidArgument(
        "* GenerateContentRequest.generation_config.max_output_tokens: "
          + "max_output_tokens must be positive.\n")
    }
    if (config["stopSequences"]?.array.count ?? 0) > 5 {
      throw .invalidArgument(
        "* GenerateContentRequest.generation_config.stop_sequences: at most 5 stop sequences.\n")
    }
    if let thinking = config["thinkingConfig"] { try check(thinking: thinking, for: model) }
    try SchemaRules.check(config)
  }

  private static func range(
    _ config: Value, _ name: String, _ range: ClosedRange<Double>
  ) throws(Refusal) {
    guard let value = config[name]?.double, !range.contains(value) else { return }
    let field = Field(name, .float).protoName
    throw .invalidArgument(
      "* GenerateContentRequest.generation_config.\(field): \(field) must be in the range "
        + "[\(range.lowerBound), \(range.upperBound)].\n")
  }

  private static func check(thinking: Value, for model: Model) throws(Refusal) {
    let level = thinking["thinkingLevel"]?.string
    let budget = thinking["thinkingBudget"]?.int
    if level != nil, budget != nil {
      throw .invalidArgument(
        "You can only set only one of thinking budget and thinking level.")
    }
    if let level, level != "THINKING_LEVEL_UNSPECIFIED" {
      guard model.generation == .threeOrLater else {
        throw .invalidArgument("Thinking level is not supported for this model.")
      }
      guard model.levels.contains(level) else {
        throw .invalidArgument(
          "Thinking level \(level) is not supported for this model. "
            + "Please retry with other thinking level.")
      }
    }
    guard let budget, budget != -1, !model.budgets.contains(budget) else { return }
    throw .invalidArgument(
      budget == 0
        ? "Budget 0 is invalid. This model only works in thinking mode."
        : "The thinking budget \(budget) is invalid. Please choose a value between "
          + "\(model.budgets.lowerBound) and \(model.budgets.upperBound).")
  }
}
