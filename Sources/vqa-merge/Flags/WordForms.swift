/// Whether two words are forms of one.
enum WordForms {
  /// What a longer form may have more than a shorter one.
  private static let endings: Set<String> = [
    "s", "es", "e", "d", "ed", "al", "ally", "ly", "age", "ing", "ment", "ion", "ions", "ation",
    "ity", "ities", "ened", "ening", "y", "ies", "ae", "er", "x",
  ]

  /// In lower case; British spellings as American ones.
  static func normalized(_ word: String) -> String {
    var word = word
    for (british, american) in [("oe", "e"), ("ae", "e")] where word.hasPrefix(british) {
      word = american + word.dropFirst(2)
    }
    for (british, american) in [("haem", "hem"), ("aemia", "emia"), ("isation", "ization")] {
      if let range = word.firstRange(of: british) { word.replaceSubrange(range, with: american) }
    }
    return word
  }

  /// "fracture" and "fractured", "calcified" and "calcification", but not
  /// "mass" and "massive" or "pneumothorax" and "pneumoperitoneum".
  static func match(_ first: String, _ second: String) -> Bool {
    let (a, b) = (normalized(first), normalized(second))
    if a == b { return true }
    let (short, long) = a.utf8.count <= b.utf8.count ? (a, b) : (b, a)
    if long.hasPrefix(short) {
      return short.utf8.count >= 3 && endings.contains(String(long.dropFirst(short.count)))
    }
    let common = zip(short, long).prefix { $0 == $1 }.count
    return common >= 5 && short.count - common <= 3 && long.count - common <= 6
  }
}
