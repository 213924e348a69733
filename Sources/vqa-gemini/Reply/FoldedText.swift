/// A text without what does not matter when two are compared: letter case, the
/// kind and number of spaces, and which of several typographic forms of a
/// character was used (`’` and `'`, U+2011 and `-`, full-width letters, `µ`
/// U+00B5 and U+03BC). Composed and decomposed forms are equal as characters.
struct FoldedText: Equatable {
  private(set) var characters: [Character]

  /// Takes time proportional to the text's length.
  init(_ text: some StringProtocol) {
    var folded = String.UnicodeScalarView()
    // Spaces wait until something follows them.
    var isSpaced = false
    for scalar in text.unicodeScalars {
      if Self.isSpace(scalar) {
        isSpaced = !folded.isEmpty
        continue
      }
      if Self.isIgnored(scalar) { continue }
      if isSpaced {
        folded.append(" ")
        isSpaced = false
      }
      Self.append(scalar, to: &folded)
    }
    characters = Array(String(folded))
  }

  private init(_ characters: some Sequence<Character>) { self.characters = Array(characters) }

  /// Without punctuation and spaces at the ends.
  var trimmed: FoldedText {
    var rest = characters[...]
    while let first = rest.first, Self.isMark(first) { rest.removeFirst() }
    while let last = rest.last, Self.isMark(last) { rest.removeLast() }
    return FoldedText(rest)
  }

  /// Whether a character says nothing at the ends of an answer. Angle brackets
  /// and the marks of Markdown do: they would be learned from.
  static func isMark(_ character: Character) -> Bool {
    character == " " || ".,:;!?\"'".contains(character)
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII
      ? scalar.value == 0x20 || (0x09...0x0D).contains(scalar.value)
      : scalar.properties.isWhitespace
  }

  /// Characters without width, and the variants of the one before.
  private static func isIgnored(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x2069,
      0xFE00...0xFE0F, 0xFEFF:
      true
    default: false
    }
  }

  private static func append(
    _ scalar: Unicode.Scalar, to folded: inout String.UnicodeScalarView
  ) {
    if scalar.isASCII {
      let isUpper = (0x41...0x5A).contains(scalar.value)
      folded.append(isUpper ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar)
    } else if let twin = twin(of: scalar) {
      folded.append(contentsOf: twin.unicodeScalars)
    } else {
      folded.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
    }
  }

  /// What a character is folded to; nil if it stays (lower case aside).
  private static func twin(of scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0xFF01...0xFF5E:
      // Full-width forms of ASCII.
      Unicode.Scalar(scalar.value - 0xFEE0)?.properties.lowercaseMapping
    case 0x3002, 0xFF61: "."
    case 0x3001, 0xFF64: ","
    case 0x2010...0x2015, 0x2212, 0xFE58, 0xFE63: "-"
    case 0x2018...0x201B, 0x2032, 0x02BC, 0x00B4, 0x2039, 0x203A: "'"
    case 0x201C...0x201F, 0x2033, 0x00AB, 0x00BB, 0x300C...0x300F: "\""
    case 0x2026: "..."
    case 0x00B5: "μ"
    case 0x03C2: "σ"
    case 0x00BA: "°"
    case 0x00D7: "x"
    case 0x2044, 0x2215: "/"
    case 0x00B9: "1"
    case 0x00B2, 0x00B3: String(scalar.value - 0xB0)
    case 0x2070, 0x2074...0x2079: String(scalar.value - 0x2070)
    case 0x2080...0x2089: String(scalar.value - 0x2080)
    case 0xFB00: "ff"
    case 0xFB01: "fi"
    case 0xFB02: "fl"
    case 0xFB03: "ffi"
    case 0xFB04: "ffl"
    default: nil
    }
  }
}

extension FoldedText {
  /// The place of `needle`, by Knuth, Morris and Pratt: time proportional to
  /// the lengths.
  ///
  /// - Parameter accepting: which of the places found counts.
  func contains(_ needle: FoldedText, where accepting: (Range<Int>) -> Bool) -> Bool {
    let pattern = needle.characters
    guard !pattern.isEmpty else { return true }
    let borders = pattern.borderLengths
    var matched = 0
    for (index, character) in characters.enumerated() {
      while matched > 0, pattern[matched] != character { matched = borders[matched - 1] }
      if pattern[matched] == character { matched += 1 }
      guard matched == pattern.count else { continue }
      if accepting(index + 1 - matched..<index + 1) { return true }
      matched = borders[matched - 1]
    }
    return false
  }

  /// Whether `needle` is in the text as a word of its own.
  func containsWord(_ needle: FoldedText) -> Bool {
    contains(needle) { range in
      !(range.lowerBound > 0
        && Self.isJoined(characters[range.lowerBound - 1], characters[range.lowerBound]))
        && !(range.upperBound < characters.count
          && Self.isJoined(characters[range.upperBound - 1], characters[range.upperBound]))
    }
  }

  /// Whether two neighbours belong to one word. Scripts that put no spaces
  /// between words are taken letter by letter.
  private static func isJoined(_ a: Character, _ b: Character) -> Bool {
    func isLetter(_ character: Character) -> Bool {
      guard character.isLetter || character.isNumber, let scalar = character.unicodeScalars.first
      else { return false }
      return !scalar.isUnspaced
    }
    return isLetter(a) && isLetter(b)
  }
}

extension Unicode.Scalar {
  /// Whether its script puts no spaces between words: East and South-East
  /// Asian scripts.
  var isUnspaced: Bool {
    switch value {
    case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x2E80...0x9FFF, 0xF900...0xFAFF,
      0x20000...0x3FFFF:
      true
    default: false
    }
  }
}

extension Array where Element: Equatable {
  /// For each prefix the length of its longest border: a proper prefix that is
  /// also its suffix.
  var borderLengths: [Int] {
    var lengths = [Int](repeating: 0, count: count)
    var length = 0
    for index in indices.dropFirst() {
      while length > 0, self[index] != self[length] { length = lengths[length - 1] }
      if self[index] == self[length] { length += 1 }
      lengths[index] = length
    }
    return lengths
  }
}
