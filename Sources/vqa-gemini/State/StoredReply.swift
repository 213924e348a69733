import Digests
import SQLite

/// A reply of the model, as it is remembered for one question.
struct StoredReply: Equatable {
  /// The response body as it came.
  var body: [UInt8]
  /// Which of the request's questions this is, as the request numbered it; nil
  /// if the whole text of the reply is this question's answer.
  var item: Int?
  /// How many questions the request asked.
  var questions = 1
  /// Requests that were sent until this reply came.
  var attempts = 1
}

/// Guards what is stored against damage: what does not fit its checksum is as
/// if it had not been stored.
enum Checksum {
  /// Of a row of `replies`.
  static func reply(_ reply: StoredReply) -> Int64 {
    of(reply.body, "\(reply.questions) \(reply.attempts)")
  }

  /// Of a row of `answers`.
  static func answer(_ key: RequestKey, reply: Int64, item: Int?) -> Int64 {
    of(key.bytes, "\(reply) \(item.map(String.init) ?? "-")")
  }

  /// The first eight bytes of a SHA-256.
  private static func of(_ bytes: [UInt8], _ numbers: String) -> Int64 {
    var digest = Digest(.sha256)
    unsafe digest.update(bytes.span.bytes)
    unsafe digest.update(Array(numbers.utf8).span.bytes)
    return digest.finish().prefix(8).reduce(0) { $0 << 8 | Int64($1) }
  }
}
