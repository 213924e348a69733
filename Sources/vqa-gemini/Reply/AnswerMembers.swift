import Shared

/// Writes what a row gets: `"descriptive_answer":"…","gemini":{…}`, or
/// `"blind_answer":{"text":…,"agrees":…,…}`.
enum AnswerMembers {
  /// - Parameters:
  ///   - answer: of a list's item, its text with the reply's usage.
  ///   - questions: how many rows share the request, and its usage.
  static func bytes(
    _ answer: Answer, to question: Question, policy: AnswerPolicy, attempts: Int, questions: Int
  ) -> [UInt8] {
    let answerText = Array(answer.text.trimmedOfSpaces.utf8)
    var text: [UInt8]
    switch policy.task {
    case .explain:
      text = Array("\"descriptive_answer\":".utf8)
      JSONText.appendQuoted(answerText, to: &text)
      text += ",\"gemini\":{".utf8
    case .answer:
      let agrees = Agreement.judge(
        answer.text, reference: String(decoding: question.answer, as: UTF8.self))
      text = Array("\"blind_answer\":{\"text\":".utf8)
      JSONText.appendQuoted(answerText, to: &text)
      text += ",\"agrees\":\(agrees.map(String.init) ?? "null"),".utf8
    }
    appendOrigin(answer, policy, attempts: attempts, questions: questions, to: &text)
    text.append(UInt8(ascii: "}"))
    return text
  }

  private static func appendOrigin(
    _ answer: Answer, _ policy: AnswerPolicy, attempts: Int, questions: Int, to text: inout [UInt8]
  ) {
    text += "\"model\":".utf8
    JSONText.appendQuoted(policy.model, to: &text)
    text += ",\"model_version\":".utf8
    appendOptional(answer.modelVersion, to: &text)
    text += ",\"finish_reason\":".utf8
    JSONText.appendQuoted(answer.finishReason, to: &text)
    text += ",\"usage\":".utf8
    append(answer.usage, to: &text)
    if questions > 1 { text += ",\"questions\":\(questions)".utf8 }
    if let tier = answer.serviceTier {
      text += ",\"service_tier\":".utf8
      JSONText.appendQuoted(tier, to: &text)
    }
    text += ",\"attempts\":\(attempts),\"response_id\":".utf8
    appendOptional(answer.responseID, to: &text)
    let prompt = questions > 1 ? policy.prompts.group : policy.prompts.template
    text += ",\"prompt_sha256\":\"\(prompt)\"".utf8
    text += ",\"system_sha256\":\"\(policy.prompts.system)\"".utf8
  }

  private static func append(_ usage: Usage, to text: inout [UInt8]) {
    text += "{\"prompt\":\(usage.prompt),\"output\":\(usage.output)".utf8
    text += ",\"thoughts\":\(usage.thoughts)".utf8
    if usage.cached > 0 { text += ",\"cached\":\(usage.cached)".utf8 }
    text += ",\"total\":\(usage.total)}".utf8
  }

  private static func appendOptional(_ string: String?, to text: inout [UInt8]) {
    guard let string else {
      text += "null".utf8
      return
    }
    JSONText.appendQuoted(string, to: &text)
  }
}
