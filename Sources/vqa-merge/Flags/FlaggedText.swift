/// A text as flags look at it: sentences of words in lower case, with
/// apostrophes and hyphens kept and everything else taken as space.
struct FlaggedText {
  /// At least one word each.
  private(set) var sentences: [[String]] = []
  /// All words, in order.
  private(set) var words: [String] = []

  var wordCount: Int { words.count }

  init(_ text: some StringProtocol) {
    var sentence: [String] = []
    var word: [UInt8] = []
    for scalar in text.lowercased().unicodeScalars {
      switch scalar {
      case "a"..."z", "0"..."9", "'", "-", ".": word.append(UInt8(ascii: scalar))
      case "\u{2019}": word.append(UInt8(ascii: "'"))
      case _ where !scalar.isASCII && scalar.properties.isAlphabetic: word += scalar.utf8
      default:
        let isEnd =
          word.last == UInt8(ascii: ".") || scalar == "!" || scalar == "?" || scalar == ";"
          || scalar == "\n"
        endWord(&word, &sentence)
        if isEnd { endSentence(&sentence) }
      }
    }
    endWord(&word, &sentence)
    endSentence(&sentence)
  }

  private mutating func endWord(_ word: inout [UInt8], _ sentence: inout [String]) {
    func isMark(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: "'") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
    if let start = word.firstIndex(where: { !isMark($0) }),
      let end = word.lastIndex(where: { !isMark($0) })
    {
      let text = String(decoding: word[start...end], as: UTF8.self)
      sentence.append(text)
      words.append(text)
    }
    word.removeAll(keepingCapacity: true)
  }

  private mutating func endSentence(_ sentence: inout [String]) {
    if !sentence.isEmpty { sentences.append(sentence) }
    sentence = []
  }
}
