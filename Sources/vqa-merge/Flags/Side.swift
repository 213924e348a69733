/// Left and right.
enum Side {
  /// The other side's word if the reference names one side and the
  /// explanation only the other; nil if not.
  static func contradiction(_ pair: FlaggedPair) -> [String]? {
    var named = sides(pair.reference)
    // "R frontal lobe"
    if pair.reference.words.contains("r") { named.insert("right") }
    if pair.reference.words.contains("l") { named.insert("left") }
    let body = sides(pair.body)
    if named.count == 2 { return restriction(to: body, pair) }
    guard named.count == 1, let side = named.first, !pair.body.words.contains(side) else {
      return nil
    }
    if body.count == 2, !pair.body.words.contains(where: isSide), isOneSided(pair.question) {
      return both.first(where: pair.body.words.contains).map { [side, $0] }
    }
    guard !body.contains(side), let other = body.first, body.count == 1 else { return nil }
    return [side, other]
  }

  /// The words that leave out the other side where the reference names both.
  private static func restriction(to body: Set<String>, _ pair: FlaggedPair) -> [String]? {
    guard body.count == 1, let side = body.first,
      let word = pair.body.words.first(where: restricting.contains)
    else { return nil }
    return [word, side]
  }

  /// Whether a question asks for one of the sides: "which side", "left or right".
  private static func isOneSided(_ question: FlaggedText) -> Bool {
    askingForSide.found(in: question) != nil
  }

  private static let both = ["bilateral", "bilaterally", "both"]
  private static let restricting: Set<String> = [
    "only", "solely", "unilateral", "unilaterally", "confined", "limited", "exclusively",
    "restricted",
  ]
  private static let askingForSide = PhraseList([
    "which side", "what side", "where", "which lung", "which kidney", "which hemisphere",
    "left or right", "right or left", "left or the right", "right or the left",
  ])

  private static func isSide(_ word: String) -> Bool {
    word == "left" || word == "right" || word.hasPrefix("left-") || word.hasPrefix("right-")
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
