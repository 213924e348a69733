/// Words of which one excludes the others of its kind: grades, sizes, heights,
/// planes, modalities.
enum Level {
  /// Each kind with its values, each value with its words.
  private static let kinds: [[Set<String>]] = [
    [
      ["mild", "mildly", "slight", "slightly", "minimal", "subtle"], ["moderate", "moderately"],
      ["severe", "severely", "marked", "markedly", "massive", "extensive"],
    ],
    [["small", "tiny"], ["large", "big", "huge"]],
    [["upper", "superior"], ["middle"], ["lower", "inferior"]],
    [["anterior"], ["posterior"]],
    [["axial", "transverse"], ["coronal"], ["sagittal", "saggital"]],
    [
      ["ct"], ["mri", "mr"], ["x-ray", "xray", "xr", "radiograph", "film", "cxr"],
      ["ultrasound", "sonogram"],
    ],
    [["t1", "t1-weighted"], ["t2", "t2-weighted"], ["flair"], ["dwi"]],
    [["male"], ["female"]], [["acute"], ["chronic"]], [["benign"], ["malignant"]],
    [["cystic"], ["solid"]], [["unilateral"], ["bilateral", "bilaterally"]],
    [["increased"], ["decreased"]], [["hyperdense"], ["hypodense"]],
    [["hyperintense"], ["hypointense"]], [["hyperinflation"], ["hypoinflation"]],
  ]
  /// Only where the question offers the choice: an abnormal picture has normal
  /// parts.
  private static let choice: [Set<String>] = [["normal"], ["abnormal"]]
  private static let offersChoice = PhraseList(["normal or abnormal", "abnormal or normal"])
  /// "The small bowel" is no size.
  private static let organs: Set<String> = ["bowel", "bowels", "intestine", "intestines"]

  /// A value of a kind, by their places in the lists.
  private struct Value: Hashable {
    let kind: Int
    let value: Int
  }

  /// Each word of all kinds, the choice last.
  private static let values: [String: Value] = {
    var values: [String: Value] = [:]
    for (kind, words) in (kinds + [choice]).enumerated() {
      for (value, words) in words.enumerated() {
        for word in words { values[word] = Value(kind: kind, value: value) }
      }
    }
    return values
  }()

  /// The reference's word and another one of its kind, if the explanation has
  /// only the other; nil if not.
  static func contradiction(_ pair: FlaggedPair) -> [String]? {
    let named = mentions(pair.reference, countsDenied: true)
    guard !named.isEmpty else { return nil }
    let hasChoice = offersChoice.found(in: pair.question) != nil
    let mentioned = mentions(pair.body, countsDenied: true)
    let affirmed = mentions(pair.body, countsDenied: false)
    for kind in 0..<(hasChoice ? kinds.count + 1 : kinds.count) {
      let values = named.filter { $0.key.kind == kind }
      guard values.count == 1, let value = values.first, mentioned[value.key] == nil else {
        continue
      }
      let others = affirmed.filter { $0.key.kind == kind }
      if let other = others.min(by: { $0.key.value < $1.key.value }) {
        return [value.value, other.value]
      }
    }
    return nil
  }

  /// The values that a text names, with the words.
  ///
  /// - Parameter countsDenied: whether "not axial" names the axial plane.
  private static func mentions(_ text: FlaggedText, countsDenied: Bool) -> [Value: String] {
    var found: [Value: String] = [:]
    for sentence in text.sentences {
      let negation = Negation(sentence)
      for (place, word) in sentence.enumerated() {
        guard let value = values[word] else { continue }
        if place + 1 < sentence.count, organs.contains(sentence[place + 1]) { continue }
        if !countsDenied, negation.cue(at: place) != nil { continue }
        found[value] = word
      }
    }
    return found
  }
}
