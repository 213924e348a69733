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
    if a == b { return true }
    if opposites.contains(where: { oneSided($0, a, b) }) { return false }
    let numbers = (a.filter(AnswerWords.isNumber), b.filter(AnswerWords.isNumber))
    if !numbers.0.isEmpty, !numbers.1.isEmpty, numbers.0 != numbers.1 { return false }
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

/// The words of a short answer in a form in which equal answers are equal.
struct AnswerWords {
  /// Lower case, articles and filling words left out, numbers as digits,
  /// plurals as singulars.
  private(set) var words: [String] = []
  /// Yes or no; nil if the answer says neither.
  private(set) var polarity: Bool?
  /// Whether it is yes or no and nothing else.
  private(set) var isClosed = false
  /// Whether the model does not commit itself.
  private(set) var isUndecided = false
  /// Whether an open answer denies ("no pneumothorax").
  private(set) var isNegated = false

  init(_ text: String) {
    let all = Self.split(FoldedText(text).characters)
    let joined = " \(all.joined(separator: " ")) "
    isUndecided = Self.undecided.contains { joined.contains(" \($0) ") }
    let meaningful = all.filter { !Self.filling.contains($0) }
    isNegated = all.contains { Self.negations.contains($0) }
    words = meaningful.map(Self.normalized)
    polarity = Self.polarity(all)
    isClosed =
      polarity != nil
      && meaningful.allSatisfy {
        Self.yesAndNo[$0] != nil || Self.presence[$0] != nil || Self.negations.contains($0)
      }
  }

  /// By a yes or no at the beginning, else by what is said to be there or not
  /// ("it is not present", "there is no fracture").
  private static func polarity(_ all: [String]) -> Bool? {
    guard let first = all.first else { return nil }
    if let answer = yesAndNo[first] { return answer }
    let isDenied = all.contains { negations.contains($0) }
    let findings = Set(all.compactMap { presence[$0] })
    switch findings.count {
    case 0: return isDenied ? false : nil
    case 1: return findings.contains(!isDenied)
    default: return nil
    }
  }

  private static let yesAndNo = [
    "yes": true, "yeah": true, "yep": true, "yea": true, "correct": true, "true": true,
    "affirmative": true, "no": false, "nope": false, "nah": false, "incorrect": false,
    "false": false,
  ]

  private static let presence = [
    "present": true, "positive": true, "absent": false, "negative": false,
  ]

  private static let negations: Set<String> = ["no", "not", "without", "none", "never", "neither"]

  private static let undecided = [
    "cannot tell", "can't tell", "cannot be determined", "cannot determine", "cannot say",
    "can't say", "unclear", "unknown", "uncertain", "not sure", "unsure", "indeterminate",
    "not visible enough", "impossible to tell", "not possible to tell", "unable to", "n/a",
    "insufficient",
  ]

  private static let filling: Set<String> = [
    "a", "an", "the", "of", "in", "on", "at", "is", "are", "it", "there", "this", "that", "and",
    "with", "to", "side", "sided", "located", "shows", "image", "picture", "patient", "patient's",
  ]

  private static let numbers = [
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
  ]

  static func isNumber(_ word: String) -> Bool { Double(word) != nil }

  /// Words at everything that is neither letter nor digit; a number is a word
  /// of its own ("5.6cm", "T2" is one word), a minus or dot belongs to it.
  private static func split(_ characters: [Character]) -> [String] {
    var words: [String] = []
    var word = ""
    func isDigit(_ character: Character?) -> Bool {
      character?.isASCII == true && character?.isNumber == true
    }
    for (index, character) in characters.enumerated() {
      let next = index + 1 < characters.count ? characters[index + 1] : nil
      let isPoint = character == "." && isDigit(word.last) && isDigit(next)
      let isWithin = "'/".contains(character) && !word.isEmpty && next?.isLetter == true
      guard character.isLetter || character.isNumber || isPoint || isWithin else {
        if !word.isEmpty { words.append(word) }
        word = ""
        continue
      }
      if character.isLetter, isDigit(word.first), isNumber(word) {
        words.append(word)
        word = ""
      }
      word.append(character)
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  private static func normalized(_ word: String) -> String {
    if let number = numbers[word] { return number }
    if let value = Double(word), abs(value) < 1e15, value == value.rounded() {
      return String(Int(value))
    }
    let isPlural =
      word.count > 3 && word.hasSuffix("s") && !word.hasSuffix("ss")
      && !word.hasSuffix("us") && !word.hasSuffix("is")
    return isPlural ? String(word.dropLast()) : word
  }
}
