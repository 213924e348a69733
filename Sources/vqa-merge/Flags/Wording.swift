/// Phrases that an explanation should not hold.
enum Phrases {
  private static let telling = PhraseList(
    all(
      ["reference", "provided", "given", "supplied", "stated", "expected", "known", "indicated"],
      ["answer", "reference"])
      + all(
        ["answer"],
        [
          "provided", "given", "supplied", "states", "stated", "indicates", "suggests", "implies",
          "says", "key",
        ])
      + all(
        [
          "as indicated by", "according to", "based on", "consistent with", "matches", "supports",
          "confirms", "justifies", "agrees with", "aligns with", "in line with", "per",
        ], ["the answer", "the reference"])
      + all(
        ["the reference"], ["says", "states", "indicates", "notes", "which says", "label"])
      + all(["as you", "you", "you have", "you've"], ["provided", "indicated", "stated", "said"])
      + [
        "and its answer", "question and answer", "ground truth", "that the answer is",
        "the correct answer is", "we are told", "i was told",
      ])
  private static let hedging = PhraseList(
    all(
      ["i", "i'm", "i am"],
      [
        "cannot", "can't", "can not", "unable", "not able", "sorry", "do not have enough",
        "don't have enough", "would need", "apologize", "not a doctor", "not qualified",
        "do not see an image", "don't see an image",
      ])
      + all(
        ["cannot be", "can't be", "can not be"], ["determined", "excluded", "ruled out", "certain"])
      + all(["cannot", "can't"], ["determine", "exclude", "rule out", "see the image"])
      + all(
        ["difficult to", "hard to", "impossible to", "not possible to", "unable to"],
        ["determine", "say", "tell", "be certain", "know"])
      + all(["unclear", "uncertain", "not clear"], ["whether", "if"])
      + all(
        ["consult a", "consult your"],
        ["doctor", "physician", "radiologist", "healthcare professional", "qualified professional"])
      + all(["insufficient", "not enough"], ["information", "detail", "context"])
      + all(["no definite", "no definitive"], ["statement", "answer"])
      + [
        "as an ai", "as a language model", "not a medical professional", "medical advice",
        "not sufficient to", "insufficient to", "image is not provided", "no image was provided",
        "inconclusive",
      ])

  /// Each of the first phrases with each of the second behind it.
  private static func all(_ first: [String], _ second: [String]) -> [String] {
    first.flatMap { first in second.map { "\(first) \($0)" } }
  }

  /// Phrases that give away that the model was told the answer.
  static func told(_ pair: FlaggedPair) -> [String]? { telling.found(in: pair.body) }

  /// Phrases that refuse or hedge.
  static func hedges(_ pair: FlaggedPair) -> [String]? { hedging.found(in: pair.body) }
}

/// How an explanation is written.
enum Wording {
  /// What comes again: a sentence of four words or more, or six words for the
  /// third time.
  static func repetition(_ pair: FlaggedPair) -> [String]? {
    var sentences: Set<[String]> = []
    for sentence in pair.body.sentences where sentence.count >= 4 {
      if !sentences.insert(sentence).inserted { return sentence }
    }
    return thirdTime(pair.body)
  }

  private static func thirdTime(_ text: FlaggedText) -> [String]? {
    // Words that come less than three times are in nothing that does.
    var words: [String: Int] = [:]
    for word in text.words { words[word, default: 0] += 1 }
    let frequent = Set(words.filter { $0.value >= 3 }.keys)
    guard !frequent.isEmpty else { return nil }
    var counts: [ArraySlice<String>: Int] = [:]
    for run in text.sentences.flatMap({ $0.split { !frequent.contains($0) } })
    where run.count >= 6 {
      for start in run.startIndex...(run.endIndex - 6) {
        let words = run[start..<(start + 6)]
        counts[words, default: 0] += 1
        if counts[words] == 3 { return Array(words) }
      }
    }
    return nil
  }

  /// The last words of a text that does not end as sentences do, or within
  /// parentheses.
  static func breakingOff(_ pair: FlaggedPair) -> [String]? {
    let ends: Set<Character> = [
      ".", "!", "?", ")", "\"", "'", "\u{201D}", "\u{2019}", "]", "*", "\u{3002}",
    ]
    guard let last = pair.text.last(where: { !$0.isWhitespace }) else { return nil }
    let isWhole = ends.contains(last) && !endsInDots(pair.text) && !leavesOpen(pair.text)
    guard !isWhole || pair.body.words.isEmpty else { return nil }
    return (pair.body.words.isEmpty ? pair.lead.words : pair.body.words).suffix(3)
  }

  private static func endsInDots(_ text: String) -> Bool {
    text.last { !$0.isWhitespace } == "."
      && text.utf8.suffix(8).split { $0 <= 0x20 }.last?
        .suffix(3).elementsEqual("...".utf8) == true
  }

  /// Whether a parenthesis is not closed; "1)" closes none.
  private static func leavesOpen(_ text: String) -> Bool {
    var depth = 0
    for byte in text.utf8 {
      if byte == UInt8(ascii: "(") { depth += 1 }
      if byte == UInt8(ascii: ")") { depth = max(0, depth - 1) }
    }
    return depth > 0
  }
}
