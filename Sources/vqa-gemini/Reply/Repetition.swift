/// Finds texts in which a model has repeated itself without end.
enum Repetition {
  /// A word longer than any language's, in characters.
  private static let longestWord = 200

  /// Whether most of `text` is repetition: it ends in a phrase said again and
  /// again, or most of its runs of four words have been there before. Takes
  /// time proportional to its length.
  static func isDegenerate(_ text: String) -> Bool {
    guard let words = words(text) else { return true }
    return endsInLoop(words) || isMostlySeen(words)
  }

  /// The words of a text by a hash of each (FNV-1a); each letter of a script
  /// without spaces is one. Nil if one is too long to be a word.
  private static func words(_ text: String) -> [UInt64]? {
    var words: [UInt64] = []
    words.reserveCapacity(text.utf8.count / 5)
    var (hash, length) = (noWord, 0)
    for scalar in text.unicodeScalars {
      let isLetter = isLetter(scalar)
      let standsAlone = scalar.value >= 0x80 && scalar.isUnspaced
      if length > 0, !isLetter || standsAlone {
        words.append(hash)
        (hash, length) = (noWord, 0)
      }
      guard isLetter else { continue }
      // Both cases of an ASCII letter are one.
      let isUpper = (0x41...0x5A).contains(scalar.value)
      hash = (hash ^ UInt64(isUpper ? scalar.value + 32 : scalar.value)) &* 0x100_0000_01B3
      length += 1
      guard length <= longestWord else { return nil }
      guard standsAlone else { continue }
      words.append(hash)
      (hash, length) = (noWord, 0)
    }
    if length > 0 { words.append(hash) }
    return words
  }

  private static let noWord: UInt64 = 0xCBF2_9CE4_8422_2325

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case ..<0x80: false
    default: scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
  }

  /// Whether the last words are one phrase, many times.
  private static func endsInLoop(_ words: [UInt64]) -> Bool {
    let borders = Array(words.reversed()).borderLengths
    return borders.enumerated().contains { index, border in
      let length = index + 1
      let repeats = length / (length - border)
      return (length >= 8 && repeats >= 5) || (length >= 20 && repeats >= 3)
    }
  }

  private static func isMostlySeen(_ words: [UInt64]) -> Bool {
    guard words.count >= 40 else { return false }
    var seen: Set<UInt64> = []
    for start in 0...(words.count - 4) {
      var run: UInt64 = 0
      for word in words[start..<start + 4] { run = run &* 0x9E37_79B9_7F4A_7C15 ^ word }
      seen.insert(run)
    }
    return seen.count * 2 < words.count - 3
  }
}
