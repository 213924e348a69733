import Shared

/// Reads what caches of `user_version` 0 hold: the finished members of a row,
/// in place of the reply that they were made from.
enum LegacyAnswer {
  /// A reply body from which `RowAnswer` makes these members again.
  ///
  /// - Parameter members: `"descriptive_answer":"…","gemini":{…}`.
  /// - Returns: nil if that is not what they are. `item` is the answer's place
  ///   if it came in a list of several.
  static func reply(members: [UInt8]) -> (body: [UInt8], item: Int?, attempts: Int)? {
    let object = Array("{".utf8) + members + Array("}".utf8)
    guard let row = (try? JSONValue(parsing: object))?.object,
      let answer = row["descriptive_answer"]?.string, let gemini = row["gemini"]?.object,
      let usage = gemini["usage"]?.object, gemini["finish_reason"]?.string == "STOP"
    else { return nil }
    let questions = gemini["questions"]?.count(upTo: GroupPrompt.maximumQuestions) ?? 1
    let text = questions > 1 ? list(answer, of: questions) : answer
    var body = Array("{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":".utf8)
    JSONText.appendQuoted(text, to: &body)
    body += "}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{".utf8
    append(usage, to: &body)
    body.append(UInt8(ascii: "}"))
    for (name, value) in [("modelVersion", "model_version"), ("responseId", "response_id")] {
      guard let string = gemini[value]?.string else { continue }
      body += ",\"\(name)\":".utf8
      JSONText.appendQuoted(string, to: &body)
    }
    body.append(UInt8(ascii: "}"))
    return (body, questions > 1 ? 0 : nil, gemini["attempts"]?.count(upTo: Bounds.quota) ?? 1)
  }

  /// A list of which only the first item is known.
  private static func list(_ answer: String, of count: Int) -> String {
    var text = Array("[{\"id\":1,\"explanation\":".utf8)
    JSONText.appendQuoted(answer, to: &text)
    text.append(UInt8(ascii: "}"))
    for id in 2...count { text += ",{\"id\":\(id),\"explanation\":\"\"}".utf8 }
    text.append(UInt8(ascii: "]"))
    return String(decoding: text, as: UTF8.self)
  }

  private static func append(_ usage: JSONObject, to body: inout [UInt8]) {
    let names = [
      ("promptTokenCount", "prompt"), ("candidatesTokenCount", "output"),
      ("thoughtsTokenCount", "thoughts"), ("cachedContentTokenCount", "cached"),
      ("totalTokenCount", "total"),
    ]
    body +=
      names.map { "\"\($0)\":\(usage[$1]?.count(upTo: Bounds.tokens) ?? 0)" }
      .joined(separator: ",").utf8
  }
}
