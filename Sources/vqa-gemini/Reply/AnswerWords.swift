/// The words of a short answer in a form in which equal answers are equal.
struct AnswerWords {
  /// As `AnswerForms` has them, filling words left out.
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
    isNegated = all.contains { Self.isNegation($0) || Self.presence[$0] == false }
    words = AnswerForms.normalized(meaningful)
    polarity = Self.polarity(all)
    isClosed =
      polarity != nil
      && meaningful.allSatisfy {
        Self.yesAndNo[$0] != nil || Self.presence[$0] != nil || Self.isNegation($0)
      }
  }

  /// Whether two differ only in where their words are parted: "hyper-intense"
  /// and "hyperintense". Numbers are words of their own.
  func isSpelledLike(_ other: AnswerWords) -> Bool {
    !words.contains(where: AnswerForms.isNumber) && words.joined() == other.words.joined()
  }

  /// By a yes or no at the beginning, else by what is said to be there or not
  /// ("it is not present", "there is no fracture").
  private static func polarity(_ all: [String]) -> Bool? {
    guard let first = all.first else { return nil }
    if let answer = yesAndNo[first] { return answer }
    let isDenied = all.contains(where: isNegation)
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

  /// "Can't" says that the model cannot, not that something is not so.
  private static func isNegation(_ word: String) -> Bool {
    negations.contains(word) || (word.hasSuffix("n't") && word != "can't")
  }

  private static let undecided = [
    "cannot tell", "can't tell", "cannot be determined", "cannot determine", "cannot say",
    "can't say", "unclear", "unknown", "uncertain", "not sure", "unsure", "indeterminate",
    "not visible enough", "impossible to tell", "not possible to tell", "unable to", "n/a",
    "insufficient",
  ]

  private static let filling: Set<String> = [
    "a", "an", "the", "of", "in", "on", "at", "is", "are", "it", "there", "this", "that", "and",
    "with", "to", "side", "sided", "located", "shows", "image", "picture", "patient", "patient's",
    "scan", "plane", "view", "percent",
  ]

  /// Words at everything that is neither letter nor digit; a number is a word
  /// of its own ("5.6cm", "T2" is one word), with its point and its commas
  /// between thousands.
  private static func split(_ characters: [Character]) -> [String] {
    var words: [String] = []
    var word = ""
    func isDigit(_ character: Character?) -> Bool {
      character?.isASCII == true && character?.isNumber == true
    }
    for (index, character) in characters.enumerated() {
      let rest = characters[(index + 1)...]
      let isInNumber = isDigit(word.last) && isDigit(rest.first)
      if character == ",", isInNumber, rest.prefix(while: { isDigit($0) }).count == 3 { continue }
      let isPoint = character == "." && isInNumber
      let isWithin = "'/".contains(character) && !word.isEmpty && rest.first?.isLetter == true
      guard character.isLetter || character.isNumber || isPoint || isWithin else {
        if !word.isEmpty { words.append(word) }
        word = ""
        continue
      }
      if character.isLetter, isDigit(word.first), AnswerForms.isNumber(word) {
        words.append(word)
        word = ""
      }
      word.append(character)
    }
    if !word.isEmpty { words.append(word) }
    return words
  }
}
