import Shared

/// One request for several questions about one picture (`--per-image`), and
/// what comes back.
enum GroupPrompt {
  /// The most questions of one request: an answer to more might be cut.
  static let maximumQuestions = 40

  /// Members of `generationConfig` that have the answer come as a list.
  static func generationConfig(_ task: QuestionTask) -> String {
    let name = member(task)
    let description =
      task == .explain ? #","description":"<Reference Answer>. Explanation: <explanation>""# : ""
    return #""responseMimeType":"application/json","responseSchema":{"type":"ARRAY","items":{"#
      + #""type":"OBJECT","properties":{"id":{"type":"INTEGER"},"\#(name)":{"type":"STRING""#
      + description + #"}},"required":["id","\#(name)"],"propertyOrdering":["id","\#(name)"]}}"#
  }

  /// The member of each item that holds its text.
  static func member(_ task: QuestionTask) -> String {
    task == .explain ? "explanation" : "answer"
  }

  /// The prompt: each question is a line, with an id from 1.
  static func text(_ questions: [Question], _ task: QuestionTask) -> [UInt8] {
    let kind = task == .explain ? ", each with its reference answer" : ""
    var text = Array("These are questions about the image, one a line\(kind).\n\n".utf8)
    for (index, question) in questions.enumerated() {
      text += "{\"id\":\(index + 1),\"question\":".utf8
      JSONText.appendQuoted(question.question, to: &text)
      if task == .explain {
        text += ",\"answer\":".utf8
        JSONText.appendQuoted(question.answer, to: &text)
      }
      text += "}\n".utf8
    }
    text += instruction(task).utf8
    return text
  }

  private static func instruction(_ task: QuestionTask) -> String {
    switch task {
    case .explain:
      """

      Answer every question, with its id, in exactly this form, without markup:
      <Reference Answer>. Explanation: <explanation>
      Begin with the reference answer, word for word. Then explain in one to three sentences what \
      in the image supports it.
      """
    case .answer:
      """

      Answer every question, with its id, from the image alone. \(QuestionTask.form)
      """
    }
  }
}
