/// The one form of words that say the same: numbers as digits, lengths in
/// millimetres, plurals as singulars, and a few names that radiology has
/// twice.
enum AnswerForms {
  /// - Parameter words: of one answer, in order, in lower case.
  static func normalized(_ words: [String]) -> [String] {
    let names = phrases.reduce(words.map(word)) { words, phrase in
      replacing(phrase.words, with: phrase.name, in: words)
    }
    return sides(lengths(names))
  }

  /// Digits with at most one point.
  static func isNumber(_ word: String) -> Bool {
    word.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
      && Double(word) != nil
  }

  private static func word(_ word: String) -> String {
    if let number = numbers[word] { return String(number) }
    if isNumber(word), let value = Double(word) { return spelled(value) ?? word }
    let singular = singular(word)
    return synonyms[singular] ?? singular
  }

  private static let numbers = Dictionary(
    uniqueKeysWithValues: [
      "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
      "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
      "nineteen", "twenty",
    ].enumerated().map { ($1, $0) })

  /// nil where digits would be lost.
  private static func spelled(_ value: Double) -> String? {
    guard value < 1e15 else { return nil }
    return value == value.rounded() ? String(Int(value)) : String(value)
  }

  private static func singular(_ word: String) -> String {
    if let singular = irregular[word] { return singular }
    guard word.count > 3, word.hasSuffix("s") else { return word }
    if word.hasSuffix("ies") { return word.dropLast(3) + "y" }
    if ["sses", "xes", "ches", "shes"].contains(where: word.hasSuffix) {
      return String(word.dropLast(2))
    }
    return ["ss", "us", "is"].contains(where: word.hasSuffix) ? word : String(word.dropLast())
  }

  private static let irregular = [
    "metastases": "metastasis", "diagnoses": "diagnosis", "stenoses": "stenosis",
    "vertebrae": "vertebra", "calculi": "calculus", "sulci": "sulcus", "gyri": "gyrus",
    "thrombi": "thrombus", "emboli": "embolus", "foci": "focus", "bronchi": "bronchus",
    "ganglia": "ganglion", "diverticula": "diverticulum", "atria": "atrium",
  ]

  private static let synonyms = [
    "radiograph": "xray", "xr": "xray", "mr": "mri", "sonogram": "ultrasound",
    "transverse": "axial", "both": "bilateral", "bilaterally": "bilateral", "l": "left",
    "r": "right", "millimeter": "mm", "millimetre": "mm", "centimeter": "cm", "centimetre": "cm",
    "cc": "ml", "milliliter": "ml", "millilitre": "ml",
  ]

  private static let phrases = [
    (words: ["x", "ray"], name: "xray"), (words: ["plain", "film"], name: "xray"),
    (words: ["computed", "tomography"], name: "ct"),
    (words: ["magnetic", "resonance", "imaging"], name: "mri"),
  ]

  private static func replacing(
    _ phrase: [String], with name: String, in words: [String]
  ) -> [String] {
    var (replaced, rest) = ([String](), words[...])
    while let word = rest.first {
      let isPhrase = rest.starts(with: phrase)
      replaced.append(isPhrase ? name : word)
      rest = rest.dropFirst(isPhrase ? phrase.count : 1)
    }
    return replaced
  }

  /// Centimetres as millimetres.
  private static func lengths(_ words: [String]) -> [String] {
    var words = words
    for index in words.indices.dropFirst() where words[index] == "cm" {
      guard isNumber(words[index - 1]), let value = Double(words[index - 1]),
        // What a product of decimals has too much.
        let length = spelled((value * 10 * 1e6).rounded() / 1e6)
      else { continue }
      (words[index - 1], words[index]) = (length, "mm")
    }
    return words
  }

  /// "Left and right" as "bilateral".
  private static func sides(_ words: [String]) -> [String] {
    guard words.contains("left"), words.contains("right") else { return words }
    return words.filter { $0 != "left" && $0 != "right" } + ["bilateral"]
  }
}
