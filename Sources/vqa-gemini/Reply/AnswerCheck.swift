/// Whether a text is an answer:
/// `<Reference Answer>. Explanation: <explanation>`.
///
/// Takes time proportional to the text's length, which is bounded.
enum AnswerCheck {
  /// What a text must be to be stored.
  enum Mode: String, CaseIterable {
    /// It begins with the reference answer and goes on with an explanation.
    case pattern
    /// It holds the reference answer somewhere.
    case mention
    /// Any finished, non-empty text of a sensible length.
    case none
  }

  /// The longest answer, in bytes of UTF-8: some ten times what fills a page.
  static let maximumBytes = 32_768

  /// What is wrong with `text`; nil if nothing.
  static func fault(in text: String, reference: String, mode: Mode) -> String? {
    guard text.utf8.contains(where: { $0 > 0x20 }) else { return "the answer is empty" }
    guard text.utf8.count <= maximumBytes else {
      return "the answer has \(text.utf8.count) bytes, more than \(maximumBytes)"
    }
    switch mode {
    case .none: return nil
    case .mention:
      let needle = FoldedText(reference).trimmed
      guard FoldedText(text).containsWord(needle) else {
        return "the answer does not mention the reference answer"
      }
      return formFault(in: text)
    case .pattern: return patternFault(in: text, reference: reference) ?? formFault(in: text)
    }
  }

  /// What no answer may be, whatever it says.
  private static func formFault(in text: String) -> String? {
    if hasFence(text) { return "the answer has a code fence in it" }
    return Repetition.isDegenerate(text) ? "the answer repeats itself" : nil
  }

  /// Whether there are three backticks in a row.
  private static func hasFence(_ text: String) -> Bool {
    var run = 0
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      if run == 3 { return true }
    }
    return false
  }

  private static func patternFault(in text: String, reference: String) -> String? {
    // As a rule it is to the letter what was asked for.
    let usual = "\(reference). Explanation:"
    if text.utf8.starts(with: usual.utf8) {
      return explanationFault(text.utf8.dropFirst(usual.utf8.count), reference)
    }
    // Nearly as often it differs in letter case, which its beginning shows.
    let length = 4 * reference.utf8.count + 128
    if text.utf8.count > length {
      let beginning = text.prefix(bytes: length)
      let rest = text[beginning.endIndex...]
      if let place = explanationStart(in: FoldedText(beginning), reference) {
        return explanationFault((place + rest).utf8[...], reference)
      }
    }
    let folded = FoldedText(text)
    if let explanation = explanationStart(in: folded, reference) {
      return explanationFault(explanation.utf8[...], reference)
    }
    return headFault(folded, reference)
  }

  /// What follows `<Reference Answer>. Explanation:`, folded; nil if the text
  /// does not begin so.
  private static func explanationStart(in folded: FoldedText, _ reference: String) -> String? {
    let characters = folded.characters
    func endOfMarks(_ start: Int) -> Int {
      characters[start...].firstIndex { !FoldedText.isMark($0) } ?? characters.count
    }
    let wanted = FoldedText(reference).trimmed.characters
    let start = endOfMarks(0)
    guard characters[start...].starts(with: wanted) else { return nil }
    // At least one mark or space is between the two.
    let head = start + wanted.count
    let place = endOfMarks(head)
    guard place > head || wanted.isEmpty, characters[place...].starts(with: marker.characters),
      let colon = folded.colon(at: place + marker.characters.count)
    else { return nil }
    return String(characters[(colon + 1)...])
  }

  /// What is wrong with a text that does not begin as it should.
  private static func headFault(_ folded: FoldedText, _ reference: String) -> String {
    let isMarked = folded.contains(marker, where: { folded.colon(at: $0.upperBound) != nil })
    guard isMarked else { return "the answer has no 'Explanation:' in it" }
    let start = folded.characters.firstIndex { !FoldedText.isMark($0) } ?? 0
    return folded.characters[start...].starts(with: FoldedText(reference).trimmed.characters)
      ? "the answer does not go on with 'Explanation:' after the reference answer"
      : "the answer does not begin with the reference answer"
  }

  private static let marker = FoldedText("explanation")

  /// - Parameter bytes: what follows the marker.
  private static func explanationFault(
    _ bytes: Substring.UTF8View, _ reference: String
  ) -> String? {
    let explanation = Substring(bytes)
    let letters = explanation.lazy.filter { $0.isLetter || $0.isNumber }.prefix(2)
    guard letters.count == 2 else { return "the answer has no explanation after 'Explanation:'" }
    if bytes.contains(UInt8(ascii: "<")), isPlaceholder(FoldedText(explanation).trimmed) {
      return "the answer repeats a placeholder of the prompt"
    }
    let isShort = bytes.count <= 4 * reference.utf8.count + 16
    return isShort && FoldedText(explanation).trimmed == FoldedText(reference).trimmed
      ? "the explanation only repeats the reference answer" : nil
  }

  private static func isPlaceholder(_ text: FoldedText) -> Bool {
    (text.characters.first == "<" && text.characters.last == ">")
      || ["<explanation>", "<reference answer>"].contains { text.containsWord(FoldedText($0)) }
  }
}

extension FoldedText {
  /// The place of a colon at `index`, a space before it allowed.
  fileprivate func colon(at index: Int) -> Int? {
    let index = index < characters.count && characters[index] == " " ? index + 1 : index
    return index < characters.count && characters[index] == ":" ? index : nil
  }
}
