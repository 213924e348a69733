/// Facts about an answer that a program sees without a model. None of them
/// is proof; each names the words that raised it.
enum AnswerFlag: String, CaseIterable {
  /// A closed question's explanation says the opposite of the reference.
  case contradictsPolarity = "contradicts_polarity"
  /// The reference names a side, the explanation only the other one.
  case contradictsSide = "contradicts_side"
  /// The question asks how many, and no number of the explanation is the
  /// reference's.
  case contradictsNumber = "contradicts_number"
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
  /// The picture is also in another split.
  case twoSplits = "two_splits"
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
    let mark = answer.firstRange(of: "Explanation:")
    lead = FlaggedText(answer[..<(mark?.lowerBound ?? answer.endIndex)])
    body = FlaggedText(answer[(mark?.upperBound ?? answer.startIndex)...])
  }

  /// The flags that the pair alone raises, with their words.
  var flags: [(flag: AnswerFlag, words: [String])] {
    let all: [(AnswerFlag, [String]?)] = [
      (.contradictsPolarity, Polarity.contradiction(self)),
      (.contradictsSide, Side.contradiction(self)),
      (.contradictsNumber, Number.contradiction(self)), (.toldAnswer, Phrases.told(self)),
      (.hedges, Phrases.hedges(self)), (.repeats, Wording.repetition(self)),
      (.breaksOff, Wording.breakingOff(self)),
    ]
    return all.compactMap { flag, words in words.map { (flag, $0) } }
  }
}
