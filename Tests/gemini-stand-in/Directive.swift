/// One line of the configuration: a word, then `name=value` words.
///
/// Values with spaces stand in double quotes: `text="Is there"`.
struct Directive {
  let words: [String]
  let settings: [String: String]

  struct Malformed: Error, CustomStringConvertible {
    let description: String
  }

  init(_ line: some StringProtocol) throws(Malformed) {
    var words: [String] = []
    var settings: [String: String] = [:]
    for word in try Directive.split(line) {
      guard let equals = word.firstIndex(of: "=") else {
        words.append(word)
        continue
      }
      settings[String(word[..<equals])] = String(word[word.index(after: equals)...])
    }
    self.words = words
    self.settings = settings
  }

  /// - Throws: for a setting that the directive does not have: a mistyped name
  ///   must not make a test pass.
  func allowOnly(_ names: String...) throws(Malformed) {
    for name in settings.keys.sorted() where !names.contains(name) {
      throw Malformed(
        description: "unknown setting \(name)=, expected one of "
          + names.joined(separator: " "))
    }
  }

  func number<Number: LosslessStringConvertible>(
    _ name: String, as type: Number.Type = Number.self
  ) throws(Malformed) -> Number? {
    guard let text = settings[name] else { return nil }
    guard let number = Number(text) else {
      throw Malformed(description: "\(name)=\(text) is not a number")
    }
    return number
  }

  private static func split(_ line: some StringProtocol) throws(Malformed) -> [String] {
    var words: [String] = []
    var word: String?
    var quoted = false
    for character in line {
      switch character {
      case "\"":
        quoted.toggle()
        word = word ?? ""
      case " " where !quoted, "\t" where !quoted:
        if let word { words.append(word) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    guard !quoted else { throw Malformed(description: "a quote is not closed") }
    if let word { words.append(word) }
    return words
  }
}
