/// Phrases that an explanation should not hold.
enum Phrases {
  private static let telling = PhraseList([
    "reference answer", "provided answer", "given answer", "supplied answer", "stated answer",
    "expected answer", "known answer", "indicated answer", "answer provided", "answer given",
    "answer supplied", "answer states", "answer stated", "answer indicates", "and its answer",
    "ground truth", "the answer key", "as indicated by the answer", "according to the answer",
    "based on the answer", "consistent with the answer", "matches the answer",
    "that the answer is", "the correct answer is", "you provided", "you have provided",
    "we are told", "i was told", "the reference says", "the reference states",
    "the reference which says", "according to the reference", "the reference label",
  ])
  private static let hedging = PhraseList([
    "i cannot", "i can't", "i can not", "i am unable", "i'm unable", "i am not able", "i'm sorry",
    "i am sorry", "i do not have enough", "i don't have enough", "i would need", "as an ai",
    "as a language model", "not a medical professional", "medical advice",
    "cannot be determined", "can't be determined", "unable to determine",
    "impossible to determine", "not possible to determine", "difficult to say", "hard to say",
    "cannot determine", "cannot be certain", "insufficient information", "not sufficient to",
    "insufficient to", "not enough information", "no definite statement",
    "no definitive statement", "consult a doctor", "consult a radiologist",
    "consult a healthcare professional", "image is not provided", "no image was provided",
    "cannot see the image", "i do not see an image",
  ])

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

  /// The last words of a text that does not end as sentences do.
  static func breakingOff(_ pair: FlaggedPair) -> [String]? {
    let ends: Set<Character> = [
      ".", "!", "?", ")", "\"", "'", "\u{201D}", "\u{2019}", "]", "*", "\u{3002}",
    ]
    guard let last = pair.text.last(where: { !$0.isWhitespace }), !ends.contains(last) else {
      return nil
    }
    return pair.body.words.suffix(3)
  }
}
