/// Facts about an answer that a program sees without a model. None of them
/// is proof; each names the words that raised it.
enum AnswerFlag: String, CaseIterable {
  /// A closed question's explanation says the opposite of the reference.
  case contradictsPolarity = "contradicts_polarity"
  /// The reference names a side, the explanation only the other one.
  case contradictsSide = "contradicts_side"
  /// The question asks how many or how large, and no number of the explanation
  /// is the reference's.
  case contradictsNumber = "contradicts_number"
  /// The reference names a grade, size, height, plane or the like, the
  /// explanation only another one.
  case contradictsLevel = "contradicts_level"
  /// The explanation gives away that the model was told the answer.
  case toldAnswer = "told_answer"
  /// The explanation refuses or hedges.
  case hedges
  /// A sentence comes twice, or six words three times.
  case repeats
  /// The explanation ends within a sentence.
  case breaksOff = "breaks_off"
  /// The same explanation is also under another picture or another reference.
  case sameText = "same_text"
  /// The picture is in several splits, which are named.
  case twoSplits = "two_splits"
  /// The explanation is far longer or shorter than the rest.
  case lengthOutlier = "length_outlier"
  /// What the model answered without knowing the reference is another answer.
  case blindDisagrees = "blind_disagrees"

  /// Whether its words are words of the answer, rather than of something else.
  var namesWordsOfAnswer: Bool {
    ![.twoSplits, .lengthOutlier, .blindDisagrees].contains(self)
  }
}

/// A pair as flags look at it.
struct FlaggedPair {
  let question: FlaggedText
  /// The data set's own answer.
  let reference: FlaggedText
  /// What precedes "Explanation:", all of it without that word.
  let lead: FlaggedText
  /// What follows "Explanation:", all of it without that word.
  let body: FlaggedText
  /// As the model wrote it.
  let text: String

  init(question: String, reference: String, answer: String) {
    self.question = FlaggedText(question)
    self.reference = FlaggedText(reference)
    text = answer
    lead = FlaggedText(Self.lead(of: answer))
    body = FlaggedText(Self.body(of: answer))
  }

  private static let mark = "Explanation:"

  /// Whether an answer begins with the words of the reference.
  static func leads(_ answer: String, with reference: String) -> Bool {
    FlaggedText(lead(of: answer)).words.starts(with: FlaggedText(reference).words)
  }

  /// The explanation in an answer.
  static func body(of answer: String) -> Substring {
    answer[(markRange(in: answer)?.upperBound ?? answer.startIndex)...]
  }

  private static func lead(of answer: String) -> Substring {
    answer[..<(markRange(in: answer)?.lowerBound ?? answer.endIndex)]
  }

  /// Where the first mark is. By bytes, which is a hundred times faster than
  /// `firstRange(of:)`.
  private static func markRange(in answer: String) -> Range<String.Index>? {
    var rest = answer.utf8[...]
    while let start = rest.firstIndex(of: UInt8(ascii: "E")) {
      rest = rest[start...]
      if rest.starts(with: mark.utf8) {
        return start..<rest.index(start, offsetBy: mark.utf8.count)
      }
      rest = rest.dropFirst()
    }
    return nil
  }

  /// The flags that the pair alone raises, with their words.
  var flags: [RaisedFlag] {
    let all: [(AnswerFlag, [String]?)] = [
      (.contradictsPolarity, Polarity.contradiction(self)),
      (.contradictsSide, Side.contradiction(self)),
      (.contradictsNumber, Number.contradiction(self)),
      (.contradictsLevel, Level.contradiction(self)), (.toldAnswer, Phrases.told(self)),
      (.hedges, Phrases.hedges(self)), (.repeats, Wording.repetition(self)),
      (.breaksOff, Wording.breakingOff(self)),
    ]
    return all.compactMap { flag, words in
      words.map { RaisedFlag(flag: flag, words: $0) }
    }
  }
}
