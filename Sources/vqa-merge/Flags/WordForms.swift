/// Whether two words are forms of one.
enum WordForms {
  /// What a longer form may have more than a shorter one.
  private static let endings: Set<String> = [
    "s", "es", "e", "d", "ed", "al", "ally", "ly", "age", "ing", "ment", "ion", "ions", "ation",
    "ity", "ities", "ened", "ening", "y", "ies", "ae", "er", "x",
  ]

  /// In lower case; British spellings as American ones.
  static func normalized(_ word: String) -> String {
    guard mayBeBritish(word) else { return word }
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
    guard mayMatch(first, second) else { return false }
    let (a, b) = (normalized(first), normalized(second))
    if a == b { return true }
    let (short, long) = a.utf8.count <= b.utf8.count ? (a, b) : (b, a)
    if long.hasPrefix(short) {
      return short.utf8.count >= 3 && endings.contains(String(long.dropFirst(short.count)))
    }
    let common = zip(short.utf8, long.utf8).prefix { $0 == $1 }.count
    return common >= 5 && short.utf8.count - common <= 3 && long.utf8.count - common <= 6
  }

  /// Whether a word has any of what is spelled in two ways; nearly none has.
  private static func mayBeBritish(_ word: String) -> Bool {
    var last: UInt8 = 0
    for byte in word.utf8 {
      let isVowel = last == UInt8(ascii: "a") || last == UInt8(ascii: "o")
      if isVowel, byte == UInt8(ascii: "e") { return true }
      if last == UInt8(ascii: "i"), byte == UInt8(ascii: "s") { return true }
      last = byte
    }
    return false
  }

  /// Whether two words begin alike, as forms of one do. Nearly all pairs of
  /// words do not, and cost no more than this.
  private static func mayMatch(_ first: String, _ second: String) -> Bool {
    let (a, b) = (initial(first), initial(second))
    return a == b || a >= 0x80 || b >= 0x80
  }

  /// The first byte of the normalized word.
  private static func initial(_ word: String) -> UInt8 {
    var bytes = word.utf8.makeIterator()
    guard let first = bytes.next() else { return 0 }
    let isVowel = first == UInt8(ascii: "o") || first == UInt8(ascii: "a")
    return isVowel && bytes.next() == UInt8(ascii: "e") ? UInt8(ascii: "e") : first
  }
}
