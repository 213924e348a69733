import SQLite
import Shared

/// Answers of a cache of version 0, which kept what the row was given and not
/// what the model replied.
struct LegacyAnswers: ~Copyable {
  private let find: Statement

  init(_ database: borrowing Database) throws(DatabaseError) {
    find = try database.prepare("SELECT members FROM legacy_answers WHERE key = ?1")
  }

  /// The answer under a key of version 0, as a reply.
  func reply(for key: RequestKey) throws(DatabaseError) -> StoredReply? {
    defer { find.reset() }
    try find.bind(1, key.bytes)
    return try find.step() ? Self.reply(members: find.blob(0)) : nil
  }

  /// Writes a reply that gives these members again; nil if they are damaged.
  static func reply(members: [UInt8]) -> StoredReply? {
    let text = Array("{".utf8) + members + Array("}".utf8)
    guard let row = try? JSONValue(parsing: text),
      let answer = row["descriptive_answer"]?.utf8, !answer.isEmpty,
      let record = row["gemini"]?.object
    else { return nil }
    var body = Array("{\"candidates\":[{\"content\":{\"parts\":[{\"text\":".utf8)
    JSONText.appendQuoted(answer, to: &body)
    body += "}],\"role\":\"model\"},\"finishReason\":".utf8
    append(record["finish_reason"], to: &body)
    body += "}],\"usageMetadata\":{".utf8
    append(usage: record["usage"], to: &body)
    body += "},\"modelVersion\":".utf8
    append(record["model_version"], to: &body)
    body += ",\"responseId\":".utf8
    append(record["response_id"], to: &body)
    body += "}".utf8
    return StoredReply(
      body: body, item: nil, questions: max(1, record["questions"]?.integer ?? 1),
      attempts: max(1, record["attempts"]?.integer ?? 1))
  }

  private static func append(_ value: JSONValue?, to body: inout [UInt8]) {
    body += value?.text ?? Array("null".utf8)[...]
  }

  private static func append(usage: JSONValue?, to body: inout [UInt8]) {
    let names = [
      ("prompt", "promptTokenCount"), ("output", "candidatesTokenCount"),
      ("thoughts", "thoughtsTokenCount"), ("cached", "cachedContentTokenCount"),
      ("total", "totalTokenCount"),
    ]
    let counts = names.compactMap { old, new in
      usage?[old]?.integer.map { "\"\(new)\":\($0)" }
    }
    body += counts.joined(separator: ",").utf8
  }
}
