import Shared

/// Writes what a row gets: `"descriptive_answer":"…","gemini":{…}`.
enum AnswerMembers {
  /// - Parameter questions: how many rows share the request, and its usage.
  static func bytes(
    _ answer: Answer, model: String, attempts: Int, questions: Int
  ) -> [UInt8] {
    var text = Array("\"descriptive_answer\":".utf8)
    JSONText.appendQuoted(trimmed(answer.text), to: &text)
    text += ",\"gemini\":{\"model\":".utf8
    JSONText.appendQuoted(model, to: &text)
    text += ",\"model_version\":".utf8
    appendOptional(answer.modelVersion, to: &text)
    text += ",\"finish_reason\":".utf8
    JSONText.appendQuoted(answer.finishReason, to: &text)
    text += ",\"usage\":".utf8
    append(answer.usage, to: &text)
    if questions > 1 { text += ",\"questions\":\(questions)".utf8 }
    text += ",\"attempts\":\(attempts),\"response_id\":".utf8
    appendOptional(answer.responseID, to: &text)
    text.append(UInt8(ascii: "}"))
    return text
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

  /// Without the white space at the ends, which models add at will.
  private static func trimmed(_ text: String) -> [UInt8] {
    var bytes = Array(text.utf8)[...]
    while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    return Array(bytes)
  }
}
