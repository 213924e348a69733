import Glibc
import Shared

/// Where keys come from: a file, or the environment.
enum KeySources {
  /// The message for a run without a key.
  static let missing = ToolError(
    "no key: name a file of keys with --keys, or set GEMINI_API_KEYS, GOOGLE_API_KEY or "
      + "GEMINI_API_KEY")

  /// The keys of `file`, or else of `GEMINI_API_KEYS` (separated by commas),
  /// `GOOGLE_API_KEY` or `GEMINI_API_KEY`, the first that is set and not empty,
  /// in the order of Google's own client. None at all if nothing is set: rows
  /// that need nothing need no key either.
  static func keys(file: String?, environment: [String: String]) throws(ToolError) -> [APIKey] {
    if let file {
      let contents = try KeyFile.contents(file)
      return try unique(parse(contents, name: file))
    }
    if let list = environment["GEMINI_API_KEYS"], !list.isEmpty {
      var keys: [APIKey] = []
      for item in list.split(separator: ",") {
        let secret = trimmed(item)
        guard !secret.isEmpty else { continue }
        keys.append(try APIKey(secret: String(secret), number: keys.count + 1))
      }
      if !keys.isEmpty { return unique(keys) }
    }
    for name in ["GOOGLE_API_KEY", "GEMINI_API_KEY"] {
      if let secret = environment[name].map({ trimmed($0[...]) }), !secret.isEmpty {
        return [try APIKey(secret: String(secret))]
      }
    }
    return []
  }

  /// A line on stderr for a file of keys that others can read; nil if they
  /// cannot, or there is none.
  static func warning(file: String?) -> String? {
    guard let file, KeyFile.isReadableByOthers(file) else { return nil }
    return "\(file): others can read these keys; chmod 600 keeps them to you"
  }

  /// Reads the lines of a key file:
  /// `KEY [name=N] [project=P] [rpm=N] [tpm=N] [rpd=N]`, `#` begins a comment.
  ///
  /// No message quotes a word of the file, since any of them may be a key.
  static func parse(_ text: String, name: String) throws(ToolError) -> [APIKey] {
    var keys: [APIKey] = []
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" }
      guard !words.isEmpty else { continue }
      do throws(ToolError) {
        keys.append(try parse(words: words, number: keys.count + 1))
      } catch {
        throw ToolError("\(name):\(index + 1): \(error)")
      }
    }
    guard !keys.isEmpty else { throw ToolError("\(name): holds no key") }
    return keys
  }

  private static func parse(words: [Substring], number: Int) throws(ToolError) -> APIKey {
    var settings: [String: Substring] = [:]
    var secrets: [Substring] = []
    let known = ["name", "project"] + RateLimit.allCases.map(\.rawValue)
    for word in words {
      if let equals = word.firstIndex(of: "="), known.contains(String(word[..<equals])) {
        settings[String(word[..<equals])] = word[word.index(after: equals)...]
      } else {
        secrets.append(word)
      }
    }
    guard secrets.count == 1, let secret = secrets.first else {
      throw ToolError("one key is expected, and after it only \(known.joined(separator: "=, "))=")
    }
    var key = try APIKey(
      secret: String(secret), number: number, name: settings["name"].map(String.init),
      project: settings["project"].map(String.init))
    for kind in RateLimit.allCases { key.limits[kind] = try limit(settings, kind.rawValue) }
    return key
  }

  private static func limit(
    _ settings: [String: Substring], _ name: String
  ) throws(ToolError) -> Int? {
    guard let text = settings[name] else { return nil }
    guard let value = Int(text), value > 0 else {
      throw ToolError("\(name)= takes a whole number above 0")
    }
    return min(value, Bounds.quota)
  }

  /// A key that is given twice counts once, as it was given first.
  private static func unique(_ keys: [APIKey]) -> [APIKey] {
    var seen: Set<String> = []
    return keys.filter { seen.insert($0.secret).inserted }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
    var text = text.drop(while: isSpace)
    while let last = text.last, isSpace(last) { text.removeLast() }
    return text
  }
}
