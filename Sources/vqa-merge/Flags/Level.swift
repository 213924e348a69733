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
  /// "The small bowel" is no size.
  private static let organs: Set<String> = ["bowel", "bowels", "intestine", "intestines"]

  /// The reference's word and another one of its kind, if the explanation has
  /// only the other; nil if not.
  static func contradiction(_ pair: FlaggedPair) -> [String]? {
    let isChoice = pair.question.contains("normal or abnormal")
    for kind in isChoice ? kinds + [choice] : kinds {
      let named = mentions(kind, pair.reference, countsDenied: true)
      guard named.count == 1, let value = named.first else { continue }
      if !mentions(kind, pair.body, countsDenied: true).filter({ $0.key == value.key }).isEmpty {
        continue
      }
      if let other = mentions(kind, pair.body, countsDenied: false).min(by: { $0.key < $1.key }) {
        return [value.value, other.value]
      }
    }
    return nil
  }

  /// The values that a text names, by their places in the kind, with the words.
  ///
  /// - Parameter countsDenied: whether "not axial" names the axial plane.
  private static func mentions(
    _ kind: [Set<String>], _ text: FlaggedText, countsDenied: Bool
  ) -> [Int: String] {
    var found: [Int: String] = [:]
    for sentence in text.sentences {
      let negation = Negation(sentence)
      for (place, word) in sentence.enumerated() {
        guard let value = kind.firstIndex(where: { $0.contains(word) }) else { continue }
        if place + 1 < sentence.count, organs.contains(sentence[place + 1]) { continue }
        if !countsDenied, negation.cue(at: place) != nil { continue }
        found[value] = word
      }
    }
    return found
  }
}
