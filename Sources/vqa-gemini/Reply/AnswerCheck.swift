/// Whether a text is an answer:
/// `<Reference Answer>. Explanation: <explanation>`.
enum AnswerCheck {
  /// What a text must be to be stored.
  enum Mode: String, CaseIterable {
    /// It begins with the reference answer and goes on with an explanation.
    case pattern
    /// It holds the reference answer somewhere.
    case mention
    /// Any finished, non-empty text.
    case none
  }

  /// What is wrong with `text`; nil if nothing.
  static func fault(in text: String, reference: String, mode: Mode) -> String? {
    switch mode {
    case .none: return nil
    case .mention:
      return folded(text[...]).contains(folded(reference[...]))
        ? nil : "the answer does not mention the reference answer"
    case .pattern: return patternFault(in: text, reference: reference)
    }
  }

  private static func patternFault(in text: String, reference: String) -> String? {
    // As a rule it is to the letter what was asked for.
    let usual = "\(reference). Explanation:"
    if text.utf8.starts(with: usual.utf8),
      text.utf8.dropFirst(usual.utf8.count).contains(where: { $0 > 0x20 })
    {
      return nil
    }
    let marker = "explanation:"
    // A reference answer may itself hold the word, so every place counts.
    let lowercased = Array(text.utf8).map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }
    var index = 0
    var isMarked = false
    while let found = firstRange(of: Array(marker.utf8), in: lowercased, from: index) {
      isMarked = true
      index = found.upperBound
      let head = String(decoding: Array(text.utf8)[..<found.lowerBound], as: UTF8.self)
      guard folded(head[...]) == folded(reference[...]) else { continue }
      let rest = Array(text.utf8)[found.upperBound...]
      return rest.contains { $0 > 0x20 }
        ? nil : "the answer has no explanation after 'Explanation:'"
    }
    return isMarked
      ? "the answer does not begin with the reference answer"
      : "the answer has no 'Explanation:' in it"
  }

  private static func firstRange(
    of needle: [UInt8], in bytes: [UInt8], from start: Int
  ) -> Range<Int>? {
    guard start + needle.count <= bytes.count else { return nil }
    for index in start...(bytes.count - needle.count)
    where bytes[index] == needle[0] && bytes[index..<index + needle.count].elementsEqual(needle) {
      return index..<(index + needle.count)
    }
    return nil
  }

  /// What two spellings of an answer have in common: letter case, the kind
  /// and number of spaces, and marks at the ends do not matter. Asterisks of
  /// markup do: they would be learned from.
  private static func folded(_ text: Substring) -> String {
    let words = text.lowercased().split { $0.isWhitespace }
    var joined = words.joined(separator: " ")[...]
    let isMark: (Character) -> Bool = { ".,:;!?\"'`“”‘’<>".contains($0) || $0.isWhitespace }
    joined = joined.drop(while: isMark)
    while let last = joined.last, isMark(last) { joined.removeLast() }
    return String(joined)
  }
}
