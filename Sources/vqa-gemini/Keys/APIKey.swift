import Digests
import Shared

/// A key and what its owner says of it.
struct APIKey: Equatable, Sendable {
  /// The key itself: sent in a header, and never written anywhere.
  let secret: String
  /// What the key is called in messages: at most two characters of a long key,
  /// nothing of a short one.
  let name: String
  /// Keys of one project share its limits; nil for a project of the key's own.
  let project: String?
  var limits = RateLimits()

  /// Keys shorter than this may be words, of which two letters are too much.
  private static let longKey = 16

  /// - Parameters:
  ///   - number: the key's place among all keys, from 1.
  ///   - name: what its owner calls it; not used if it shows the key.
  ///   - project: likewise; replaced by its digest if it shows the key.
  /// - Throws: `ToolError` if the secret cannot be sent in a header.
  init(
    secret: String, number: Int = 1, name: String? = nil, project: String? = nil
  ) throws(ToolError) {
    guard !secret.isEmpty, secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw ToolError("a key holds a space or another character that no key has")
    }
    self.secret = secret
    let isLong = secret.utf8.count >= Self.longKey
    self.name =
      name.flatMap { Self.shows($0, secret) ? nil : $0.printable }
      ?? (isLong ? "key \(number) (…\(secret.suffix(2)))" : "key \(number)")
    self.project = project.map { Self.shows($0, secret) ? Self.digest(of: $0) : $0.printable }
  }

  /// Whether a text shows a key or, of a long one, eight characters of it.
  static func shows(_ text: String, _ secret: String) -> Bool {
    let (text, secret) = (Array(text.lowercased().utf8), Array(secret.lowercased().utf8))
    let length = min(8, secret.count)
    guard text.count >= length else { return false }
    var runs: Set<[UInt8]> = []
    for start in 0...(secret.count - length) { runs.insert(Array(secret[start..<start + length])) }
    return (0...(text.count - length)).contains { runs.contains(Array(text[$0..<$0 + length])) }
  }

  /// A name for a project whose own cannot be shown, the same in every process.
  private static func digest(of project: String) -> String {
    let digest = Digest.hash(.sha256, Array(project.utf8))
    return "project "
      + digest.prefix(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

extension String {
  /// Without what would break a line or a JSON string.
  fileprivate var printable: String {
    let marks: Set<Character> = ["\"", "\\"]
    return filter { !marks.contains($0) && !$0.isNewline && $0 != "\t" }
  }
}
