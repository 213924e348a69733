/// Whether an answer that was given without knowing the reference agrees with
/// it: a comparison of words and numbers, not of meaning.
enum Agreement {
  /// - Returns: nil if that cannot be said by words alone: the model does not
  ///   commit itself, or the two have some words in common and others not.
  static func judge(_ text: String, reference: String) -> Bool? {
    let answer = AnswerWords(text)
    let reference = AnswerWords(reference)
    if answer.isUndecided || reference.words.isEmpty || answer.words.isEmpty { return nil }
    if reference.isClosed { return answer.polarity.map { $0 == reference.polarity } }
    // "No" to an open question is an answer to another one.
    if answer.isClosed { return nil }
    return compare(answer, reference)
  }

  private static func compare(_ answer: AnswerWords, _ reference: AnswerWords) -> Bool? {
    let (a, b) = (Set(answer.words), Set(reference.words))
    if a == b || answer.isSpelledLike(reference) { return true }
    if opposites.contains(where: { oneSided($0, a, b) }) { return false }
    let numbers = (a.filter(AnswerForms.isNumber), b.filter(AnswerForms.isNumber))
    if !numbers.0.isEmpty, !numbers.1.isEmpty, numbers.0 != numbers.1 {
      // "3" for "3 to 4" is neither right nor wrong.
      return numbers.0.isDisjoint(with: numbers.1) ? false : nil
    }
    // More or fewer words of the same: "the left lung" for "left lung".
    if answer.isNegated != reference.isNegated { return a.isDisjoint(with: b) ? nil : false }
    if a.isSuperset(of: b) || (a.isSubset(of: b) && a.count * 2 > b.count) { return true }
    return a.isDisjoint(with: b) ? false : nil
  }

  /// Words of which an answer holds one and the reference the other.
  private static let opposites = [
    ("left", "right"), ("upper", "lower"), ("superior", "inferior"), ("anterior", "posterior"),
    ("medial", "lateral"), ("axial", "coronal"), ("axial", "sagittal"), ("coronal", "sagittal"),
    ("male", "female"), ("normal", "abnormal"), ("hyperintense", "hypointense"),
    ("hyperdense", "hypodense"), ("increased", "decreased"), ("unilateral", "bilateral"),
    ("t1", "t2"), ("benign", "malignant"), ("acute", "chronic"),
  ]

  private static func oneSided(
    _ pair: (String, String), _ a: Set<String>, _ b: Set<String>
  ) -> Bool {
    func has(_ words: Set<String>) -> (Bool, Bool) {
      (words.contains(pair.0), words.contains(pair.1))
    }
    return (has(a) == (true, false) && has(b) == (false, true))
      || (has(a) == (false, true) && has(b) == (true, false))
  }
}
