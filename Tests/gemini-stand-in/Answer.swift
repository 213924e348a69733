/// A generated answer before it is put on the wire; faults change it.
struct Answer {
  var parts: [Value]
  var finishReason = "STOP"
  var finishMessage: String?
  var hasContent = true
  var candidateTokens: Int
  var thoughtTokens: Int
  var promptTokens: Int
  var textTokens: Int
  var imageTokens: Int
  var modelVersion: String
  let responseID: String
  /// Set: the prompt was blocked and there is no candidate.
  var blockReason: String?
  var hasCandidates = true
  /// Fields that no client can know yet.
  var extra: [(key: String, value: Value)] = []

  /// The answer that the stand-in gives when nothing is to go wrong.
  init(
    to request: Value, prompt: Prompt, model: Model, digest: Digest, slip: StructuredAnswer.Slip?
  ) {
    let config = request["generationConfig"]
    let structured = StructuredAnswer(prompt: prompt, digest: digest, slip: slip)
    let text =
      structured.value(for: config).map { String(decoding: $0.compact, as: UTF8.self) }
      ?? AnswerText.plain(prompt, digest)
    let thinking = config?["thinkingConfig"]
    parts = [["text": .string(text)]]
    candidateTokens = Tokens.text(text)
    thoughtTokens = Tokens.thoughts(thinking, model: model, digest: digest)
    promptTokens = prompt.tokens
    textTokens = prompt.textTokens
    imageTokens = prompt.imageTokens
    modelVersion = model.name
    responseID = "stand-in-\(digest.hex)"
    if thinking?["includeThoughts"]?.bool == true, thoughtTokens > 0 {
      parts.insert(["text": "**Looking at the picture**", "thought": true], at: 0)
    }
    if let limit = config?["maxOutputTokens"]?.int { cut(text, at: limit) }
  }

  /// Thoughts are charged against the limit first; what is left is for the text.
  private mutating func cut(_ text: String, at limit: Int) {
    guard thoughtTokens + candidateTokens > limit else { return }
    finishReason = "MAX_TOKENS"
    thoughtTokens = min(thoughtTokens, limit)
    candidateTokens = limit - thoughtTokens
    guard candidateTokens > 0 else {
      parts = []
      return
    }
    let kept = String(decoding: text.utf8.prefix(candidateTokens * 4), as: UTF8.self)
    parts[parts.count - 1] = ["text": .string(kept)]
  }

  var text: String { parts.last?["text"]?.string ?? "" }

  var body: Value {
    var members: [(key: String, value: Value)] = []
    if let blockReason {
      members.append(
        ("promptFeedback", ["blockReason": .string(blockReason), "safetyRatings": Answer.ratings]))
    } else if hasCandidates {
      members.append(("candidates", [candidate]))
    }
    members.append(("usageMetadata", usage))
    members.append(("modelVersion", .string(modelVersion)))
    members.append(("responseId", .string(responseID)))
    return .object(members + extra)
  }

  private var candidate: Value {
    var members: [(key: String, value: Value)] = []
    if hasContent {
      let role = (key: "role", value: Value.string("model"))
      members.append(
        ("content", .object(parts.isEmpty ? [role] : [("parts", .array(parts)), role])))
    }
    members.append(("finishReason", .string(finishReason)))
    if let finishMessage { members.append(("finishMessage", .string(finishMessage))) }
    members.append(("index", 0))
    return .object(members)
  }

  private var usage: Value {
    let hasOutput = blockReason == nil && hasCandidates
    var members: [(key: String, value: Value)] = [("promptTokenCount", .int(promptTokens))]
    if hasOutput, candidateTokens > 0 {
      members.append(("candidatesTokenCount", .int(candidateTokens)))
    }
    let output = hasOutput ? candidateTokens + thoughtTokens : 0
    members.append(("totalTokenCount", .int(promptTokens + output)))
    var details: [Value] = [["modality": "TEXT", "tokenCount": .int(textTokens)]]
    if imageTokens > 0 { details.append(["modality": "IMAGE", "tokenCount": .int(imageTokens)]) }
    members.append(("promptTokensDetails", .array(details)))
    if hasOutput, thoughtTokens > 0 { members.append(("thoughtsTokenCount", .int(thoughtTokens))) }
    return .object(members)
  }

  static let ratings: Value = .array(
    ["SEXUALLY_EXPLICIT", "HATE_SPEECH", "HARASSMENT", "DANGEROUS_CONTENT"].map { name in
      ["category": .string("HARM_CATEGORY_\(name)"), "probability": "NEGLIGIBLE"]
    })
}
