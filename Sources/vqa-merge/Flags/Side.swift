/// Left and right.
enum Side {
  /// The other side's word if the reference names one side and the
  /// explanation only the other; nil if not.
  static func contradiction(_ pair: FlaggedPair) -> [String]? {
    var named = sides(pair.reference)
    // "R frontal lobe"
    if pair.reference.words.contains("r") { named.insert("right") }
    if pair.reference.words.contains("l") { named.insert("left") }
    guard named.count == 1, let side = named.first else { return nil }
    let body = sides(pair.body)
    guard !body.contains(side), let other = body.first, body.count == 1 else { return nil }
    return [side, other]
  }

  private static func sides(_ text: FlaggedText) -> Set<String> {
    var sides: Set<String> = []
    for word in text.words {
      if word == "left" || word.hasPrefix("left-") { sides.insert("left") }
      if word == "right" || word.hasPrefix("right-") { sides.insert("right") }
      if word == "bilateral" || word == "bilaterally" || word == "both" {
        sides.formUnion(["left", "right"])
      }
    }
    return sides
  }
}
