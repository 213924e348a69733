/// A text as flags look at it: sentences of words in lower case, with
/// apostrophes and hyphens kept and everything else taken as space.
struct FlaggedText {
  /// At least one word each.
  private(set) var sentences: [[String]] = []
  /// All words, in order.
  var words: [String] { sentences.flatMap { $0 } }

  var wordCount: Int { sentences.reduce(0) { $0 + $1.count } }

  init(_ text: some StringProtocol) {
    var sentence: [String] = []
    var word: [Unicode.Scalar] = []
    for scalar in text.lowercased().unicodeScalars {
      switch scalar {
      case "\u{2019}": word.append("'")
      case "'", "-", ".": word.append(scalar)
      case _ where scalar.properties.isAlphabetic || ("0"..."9").contains(scalar):
        word.append(scalar)
      default:
        let isEnd = word.last == "." || ["!", "?", ";", "\n"].contains(scalar)
        Self.endWord(&word, &sentence)
        if isEnd { Self.endSentence(&sentence, &sentences) }
      }
    }
    Self.endWord(&word, &sentence)
    Self.endSentence(&sentence, &sentences)
  }

  private static func endWord(_ word: inout [Unicode.Scalar], _ sentence: inout [String]) {
    let marks: [Unicode.Scalar] = ["'", "-", "."]
    let start = word.firstIndex { !marks.contains($0) } ?? word.endIndex
    let end = word.lastIndex { !marks.contains($0) }.map { $0 + 1 } ?? start
    if start < end { sentence.append(String(String.UnicodeScalarView(word[start..<end]))) }
    word.removeAll(keepingCapacity: true)
  }

  private static func endSentence(_ sentence: inout [String], _ sentences: inout [[String]]) {
    if !sentence.isEmpty { sentences.append(sentence) }
    sentence = []
  }

  /// Whether the words of a phrase follow each other in one sentence.
  func contains(_ phrase: String) -> Bool {
    let phrase = phrase.split(separator: " ").map(String.init)
    return sentences.contains { sentence in
      guard sentence.count >= phrase.count else { return false }
      return (0...(sentence.count - phrase.count)).contains {
        sentence[$0..<($0 + phrase.count)].elementsEqual(phrase)
      }
    }
  }
}
