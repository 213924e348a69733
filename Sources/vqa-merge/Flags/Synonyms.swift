/// Words that reports use for one thing: an organ and its adjective, a finding
/// and another name of it.
enum Synonyms {
  private static let groups: [Set<String>] = [
    ["heart", "cardiac"], ["kidney", "kidneys", "renal"], ["liver", "hepatic"],
    ["lung", "lungs", "pulmonary"], ["brain", "cerebral", "intracranial"],
    ["bone", "bones", "osseous", "bony"], ["aorta", "aortic"], ["bowel", "bowels", "intestine"],
    ["enlarged", "dilated", "distended", "enlargement", "dilation", "dilatation"],
    ["deviated", "deviation", "displaced", "displacement", "shifted", "shift"],
    ["swollen", "swelling", "edema", "edematous"], ["lymphadenopathy", "adenopathy"],
    ["hypodensity", "hypodense", "hypoattenuating", "low-density", "low-attenuation"],
    ["gallstones", "cholelithiasis"], ["calcified", "calcification", "calcifications"],
  ]

  /// The group of each word.
  private static let places: [String: Int] = Dictionary(
    uniqueKeysWithValues: groups.enumerated().flatMap { place, words in
      words.map { ($0, place) }
    })

  /// Whether two words are forms of one, or of one group.
  static func match(_ first: String, _ second: String) -> Bool {
    if WordForms.match(first, second) { return true }
    guard let group = places[first] else { return false }
    return places[second] == group
  }
}
