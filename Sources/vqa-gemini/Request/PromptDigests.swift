import Digests

/// SHA-256 of what the model was told, in hexadecimal: which answers come from
/// which prompt can be seen from the rows alone.
struct PromptDigests {
  /// Of the template, that is of the bytes of `--prompt`'s file.
  let template: String
  /// Of what is said of a list of questions (`--per-image`), without them.
  let group: String
  /// Of the system instruction.
  let system: String

  init(
    system: String = Prompt.defaultSystem, template: String = Prompt.defaultTemplate,
    task: QuestionTask = .explain
  ) {
    self.template = Self.digest(Array(template.utf8))
    self.system = Self.digest(Array(system.utf8))
    group = Self.digest(GroupPrompt.text([], task))
  }

  private static func digest(_ text: [UInt8]) -> String { hexadecimal(Digest.hash(.sha256, text)) }
}
