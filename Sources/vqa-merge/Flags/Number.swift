/// Numbers of things, and lengths.
enum Number {
  private static let names = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
  ]
  private static let several: Set<String> = [
    "multiple", "several", "numerous", "many", "pair", "couple",
  ]
  private static let asksHowMany = PhraseList(["how many", "number of"])
  /// In millimetres.
  private static let units = [
    "mm": 1.0, "cm": 10.0, "millimeters": 1.0, "centimeters": 10.0,
    "millimetres": 1.0, "centimetres": 10.0, "inches": 25.4,
  ]

  /// The numbers of the explanation if the question asks how many and none of
  /// them is the reference's, or its lengths if none is one of the
  /// reference's; nil if not.
  static func contradiction(_ pair: FlaggedPair) -> [String]? {
    count(pair) ?? length(pair)
  }

  private static func count(_ pair: FlaggedPair) -> [String]? {
    let isNumber = pair.reference.wordCount == 1
    guard isNumber || asksHowMany.found(in: pair.question) != nil,
      let reference = pair.reference.words.compactMap(value).first
    else { return nil }
    let words = pair.body.words
    guard !words.contains(where: { value($0) == reference }) else { return nil }
    let numbers = words.filter { value($0) != nil || (reference == 1 && several.contains($0)) }
    return numbers.isEmpty ? (reference > 0 ? denial(pair) : nil) : numbers
  }

  /// "No lesions" where the question asks how many lesions there are.
  private static func denial(_ pair: FlaggedPair) -> [String]? {
    let question = pair.question.words
    guard let place = question.firstIndex(of: "many"), place + 1 < question.count else {
      return nil
    }
    let counted = question[place + 1]
    for sentence in pair.body.sentences {
      for (no, word) in zip(sentence, sentence.dropFirst())
      where no == "no" && WordForms.match(word, counted) {
        return [no, word]
      }
    }
    return nil
  }

  private static func value(_ word: String) -> Int? {
    word == "single" || word == "solitary" ? 1 : Int(word) ?? names.firstIndex(of: word)
  }

  private static func length(_ pair: FlaggedPair) -> [String]? {
    let reference = lengths(pair.reference)
    let lengths = lengths(pair.body)
    guard !reference.isEmpty, !lengths.isEmpty else { return nil }
    let agrees = lengths.contains { length in
      reference.contains { abs($0.value - length.value) <= 0.05 * $0.value }
    }
    return agrees ? nil : lengths.map(\.text)
  }

  /// Numbers with a unit: "3.4 cm", "5mm".
  private static func lengths(_ text: FlaggedText) -> [(value: Double, text: String)] {
    var found: [(Double, String)] = []
    for words in text.sentences {
      for (place, word) in words.enumerated()
      where word.first?.isASCII == true && word.first?.isNumber == true {
        let digits = word.prefix { $0.isNumber || $0 == "." }
        guard let number = Double(digits) else { continue }
        let rest = word.dropFirst(digits.count)
        let next = place + 1 < words.count ? words[place + 1] : ""
        let unit = rest.isEmpty ? next : String(rest)
        guard let factor = units[unit] else { continue }
        found.append((number * factor, rest.isEmpty ? "\(word) \(next)" : word))
      }
    }
    return found
  }
}
