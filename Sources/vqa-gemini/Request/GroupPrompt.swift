import Shared

/// One request for several questions about one picture (`--per-image`), and
/// what comes back.
enum GroupPrompt {
  /// The most questions of one request: an answer to more might be cut.
  static let maximumQuestions = 40

  /// Members of `generationConfig` that have the answer come as a list.
  static let generationConfig =
    #""responseMimeType":"application/json","responseSchema":{"type":"ARRAY","items":{"#
    + #""type":"OBJECT","properties":{"id":{"type":"INTEGER"},"explanation":{"type":"STRING","#
    + #""description":"<Reference Answer>. Explanation: <explanation>"}},"#
    + #""required":["id","explanation"],"propertyOrdering":["id","explanation"]}}"#

  /// The prompt: each question is a line, with an id from 1.
  static func text(_ questions: [Question]) -> [UInt8] {
    var text = Array(
      "These are questions about the image, one a line, each with its reference answer.\n\n".utf8)
    for (index, question) in questions.enumerated() {
      text += "{\"id\":\(index + 1),\"question\":".utf8
      JSONText.appendQuoted(question.question, to: &text)
      text += ",\"answer\":".utf8
      JSONText.appendQuoted(question.answer, to: &text)
      text += "}\n".utf8
    }
    text +=
      """

      Answer every question, with its id, in exactly this form, without markup:
      <Reference Answer>. Explanation: <explanation>
      Begin with the reference answer, word for word. Then explain in one to three sentences what \
      in the image supports it.
      """.utf8
    return text
  }

  /// The answers by the place of their question; nil where there is none, or
  /// more than one.
  static func answers(in text: String, count: Int) -> [String?] {
    var answers = [String?](repeating: nil, count: count)
    var seen: Set<Int> = []
    guard let list = try? JSONValue(parsing: Array(text.utf8)) else { return answers }
    for item in list.elements ?? [] {
      guard let id = item["id"]?.integer, (1...count).contains(id) else { continue }
      answers[id - 1] = seen.insert(id).inserted ? item["explanation"]?.string : nil
    }
    return answers
  }
}
