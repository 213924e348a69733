import Shared

/// A key and what its owner says of it.
struct APIKey: Equatable, Sendable {
  /// The key itself: sent in a header, and never written anywhere.
  let secret: String
  /// What stands for the key in messages.
  let name: String
  /// Keys of one project share its limits; nil for a project of the key's own.
  let project: String?
  var requestsPerMinute: Int?
  var tokensPerMinute: Int?
  var requestsPerDay: Int?

  /// - Throws: `ToolError` if the secret cannot stand in a header.
  init(secret: String, name: String? = nil, project: String? = nil) throws(ToolError) {
    guard !secret.isEmpty, secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw ToolError("a key holds a space or another character that no key has")
    }
    self.secret = secret
    // Never more than a third of it.
    self.name = name ?? "key …\(secret.suffix(min(4, secret.count / 3)))"
    self.project = project
  }
}

/// Makes text that the server wrote fit to be shown: it may quote the key, and
/// be long.
struct Redactor: Sendable {
  private let keys: [APIKey]

  init(_ keys: [APIKey]) { self.keys = keys }

  /// `text` in one line, cut after 300 characters, with every key replaced by
  /// its name.
  func redacted(_ text: String) -> String {
    // Before it is cut: half a key is too much as well.
    let text = keys.reduce(text) { text, key in
      text.replacing(key.secret, with: "[\(key.name)]")
    }
    let line = text.split { $0.isNewline || $0 == "\t" }.joined(separator: " ")
    return line.count <= 300 ? line : line.prefix(300) + "…"
  }
}
