import ArgumentParser
import Shared

/// What is asked of which model.
struct AskingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The model; a full name, since aliases move.", valueName: "name"))
  var model = ModelSettings().model

  @Option(
    help: ArgumentHelp(
      "explain: the reference answer (descriptive_answer); answer: the question, without being "
        + "shown the reference answer (blind_answer).", valueName: "task"))
  var task = QuestionTask.explain

  @Flag(
    name: .customLong("per-image"),
    help: "Ask all questions about a picture in one request: fewer requests, less to pay.")
  var isPerImage = false

  @Option(
    help: ArgumentHelp(
      "A file with the prompt in place of the default; {question} and {answer} stand for the row's.",
      valueName: "file"), completion: .file(), transform: fileName)
  var prompt: String?

  @Option(
    help: ArgumentHelp(
      "A file with the system instruction in place of the default.", valueName: "file"),
    completion: .file(), transform: fileName)
  var system: String?

  @Option(
    help: ArgumentHelp(
      "Sampling temperature, 0 to 2. (default: the model's)", valueName: "number"))
  var temperature: Double?

  @Option(
    help: ArgumentHelp(
      "The most tokens of an answer, thoughts included. (default: 3072, more with more thinking)",
      valueName: "tokens"))
  var maxOutputTokens: Int?

  @Option(
    help: ArgumentHelp(
      "How much the model thinks: minimal, low, medium, high or xhigh, or a number of tokens for "
        + "2.5 models. (default: the model's)", valueName: "level"))
  var thinking: String?

  @Option(
    help: ArgumentHelp(
      "How finely the image is seen, low, medium or high; from Gemini 3 on it costs 280, 560 or "
        + "1120 tokens. (default: the model's)", valueName: "resolution"))
  var mediaResolution: ModelSettings.MediaResolution?

  @Option(
    help: ArgumentHelp(
      "A seed for sampling; the service promises nothing. (default: none)", valueName: "number"))
  var seed: Int?

  @Option(
    help: ArgumentHelp(
      "What the safety filters block: block-low, block-medium, block-high, block-none or off. "
        + "(default: the model's)", valueName: "threshold"))
  var safety: ModelSettings.SafetyThreshold?

  @Option(
    help: ArgumentHelp(
      "How fast and at what price: flex (half the price, minutes instead of seconds), standard or "
        + "priority. (default: the service's)", valueName: "tier"))
  var tier: ModelSettings.ServiceTier?

  @Option(
    help: ArgumentHelp(
      "What an answer must be: pattern (the reference answer, then \"Explanation:\"), mention (it "
        + "holds the reference answer) or none.", valueName: "rule"))
  var check = AnswerCheck.Mode.pattern

  mutating func validate() throws {
    let isName =
      !model.isEmpty
      && model.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
          UInt8(ascii: "_"):
          true
        default: false
        }
      }
    guard isName else { throw ValidationError("'\(model)' is not the name of a model.") }
    if let temperature, !(0...2).contains(temperature) {
      throw ValidationError("--temperature goes from 0 to 2.")
    }
    if let maxOutputTokens, maxOutputTokens < 1 {
      throw ValidationError("--max-output-tokens must be 1 or more.")
    }
    _ = try parsedThinking()
  }

  private func parsedThinking() throws -> ModelSettings.Thinking? {
    guard let thinking else { return nil }
    if let budget = Int(thinking), budget >= -1 { return .budget(budget) }
    guard ["minimal", "low", "medium", "high", "xhigh"].contains(thinking) else {
      throw ValidationError("--thinking takes minimal, low, medium, high, xhigh or a number.")
    }
    return .level(thinking)
  }

  /// The model's settings, the instruction read from its file.
  func settings() throws -> ModelSettings {
    var settings = ModelSettings()
    settings.model = model
    settings.system =
      try system.map { path throws(ToolError) in try Self.text(path) }
      ?? task.defaultSystem
    settings.temperature = temperature
    settings.maxOutputTokens = maxOutputTokens
    settings.thinking = try parsedThinking()
    settings.mediaResolution = mediaResolution
    settings.seed = seed
    settings.safety = safety
    settings.tier = tier
    return settings
  }

  /// The prompt, read from its file.
  func promptTemplate() throws(ToolError) -> Prompt {
    guard let prompt else { return try Prompt(template: task.defaultTemplate) }
    do throws(ToolError) {
      return try Prompt(template: try Self.text(prompt))
    } catch {
      throw ToolError("\(prompt): \(error)")
    }
  }

  /// What answers to `prompt` must be, and what is kept of where they come from.
  func policy(_ settings: ModelSettings, _ prompt: Prompt) -> AnswerPolicy {
    AnswerPolicy(
      task: task, check: check, model: model,
      prompts: PromptDigests(system: settings.system, template: prompt.template, task: task))
  }

  private static func text(_ path: String) throws(ToolError) -> String {
    let bytes = try SmallFile.read(path, limit: 1 << 20)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ToolError("\(path): not UTF-8")
    }
    return text
  }
}

extension ModelSettings.MediaResolution: ExpressibleByArgument {}
extension ModelSettings.SafetyThreshold: ExpressibleByArgument {}
extension ModelSettings.ServiceTier: ExpressibleByArgument {}
extension QuestionTask: ExpressibleByArgument {}
extension AnswerCheck.Mode: ExpressibleByArgument {}
