/// Yes and no.
enum Polarity {
  private static let negators: Set<String> = [
    "no", "not", "without", "absent", "absence", "negative", "neither", "nor", "never", "lack",
    "lacks",
    "free", "none", "cannot", "isn't", "aren't", "doesn't", "don't", "unremarkable", "excluded",
    "denies",
  ]
  private static let presence: Set<String> = [
    "present", "seen", "visible", "shows", "show", "demonstrates", "evident", "noted", "identified",
    "there",
    "reveals", "exhibits", "apparent", "displays",
  ]
  private static let pronouns: Set<String> = [
    "it", "they", "there", "this", "that", "these", "the",
  ]
  /// What follows one of these is another statement.
  private static let turns: Set<String> = [
    "but", "however", "although", "though", "while", "whereas", "yet",
  ]
  /// Words of questions that say nothing of what is asked for.
  private static let common: Set<String> = [
    "is", "are", "was", "were", "does", "do", "did", "has", "have", "can", "there", "this", "that",
    "these",
    "the", "a", "an", "any", "in", "on", "of", "at", "to", "and", "or", "with", "by", "for", "from",
    "be",
    "image", "picture", "scan", "film", "x-ray", "xray", "ct", "mri", "patient", "patient's",
    "seen",
    "present", "visible", "show", "shown", "evidence", "it", "you", "see", "not", "no", "film's",
    "his",
    "her", "their", "which", "abnormal", "normal", "signs", "sign",
  ]

  /// The words that say the opposite of a reference that is yes or no; nil if
  /// none do.
  static func contradiction(_ pair: FlaggedPair) -> [String]? {
    guard let reference = answer(pair.reference.words) else { return nil }
    let opposite = reference ? "no" : "yes"
    if pair.lead.words.first == opposite { return [opposite] }
    // "No, they are not", but not "No effusion is seen".
    if let first = pair.body.sentences.first, first[0] == opposite,
      first.count == 1 || pronouns.contains(first[1])
    {
      return [opposite]
    }
    return statement(pair, reference)
  }

  /// nil if the answer is neither yes nor no.
  static func answer(_ words: [String]) -> Bool? {
    words == ["yes"] ? true : words == ["no"] ? false : nil
  }

  /// Compares what the body says of the things that the question asks for:
  /// only if all that it says of them is the opposite it contradicts.
  private static func statement(_ pair: FlaggedPair, _ reference: Bool) -> [String]? {
    let asked = Set(pair.question.words).subtracting(common)
    // A question that is negative itself turns everything round.
    guard !asked.isEmpty, Set(pair.question.words).isDisjoint(with: negators) else { return nil }
    var found: [String]?
    let clauses = pair.body.sentences.flatMap { $0.split(whereSeparator: turns.contains) }
    for sentence in clauses {
      guard sentence.contains(where: asked.contains) else { continue }
      let negator = sentence.first(where: negators.contains)
      let isPresent = sentence.contains(where: presence.contains)
      if reference {
        guard let negator else { return nil }
        found = found ?? [negator, sentence.first(where: asked.contains) ?? ""]
      } else {
        guard negator == nil, isPresent else { return nil }
        found = found ?? sentence.filter { asked.contains($0) || presence.contains($0) }
      }
    }
    return found
  }
}

/// Left and right.
enum Side {
  /// The other side's word if the reference names one side and the
  /// explanation only the other; nil if not.
  static func contradiction(_ pair: FlaggedPair) -> [String]? {
    guard let side = only(pair.reference) else { return nil }
    let body = sides(pair.body)
    guard !body.contains(side), let other = body.first, body.count == 1 else { return nil }
    return [side, other]
  }

  private static func only(_ text: FlaggedText) -> String? {
    let sides = sides(text)
    return sides.count == 1 ? sides.first : nil
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

/// Numbers of things.
enum Number {
  private static let names = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
  ]

  /// The numbers of the explanation if the question asks how many and none of
  /// them is the reference's; nil if not.
  static func contradiction(_ pair: FlaggedPair) -> [String]? {
    guard pair.question.contains("how many"),
      let reference = pair.reference.words.compactMap(value).first
    else { return nil }
    let numbers = pair.body.words.filter { value($0) != nil }
    guard !numbers.isEmpty, !numbers.contains(where: { value($0) == reference }) else { return nil }
    return numbers
  }

  private static func value(_ word: String) -> Int? { Int(word) ?? names.firstIndex(of: word) }
}
