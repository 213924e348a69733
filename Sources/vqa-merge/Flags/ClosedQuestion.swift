/// What a question that asks for yes or no is about.
struct ClosedQuestion {
  /// The words that an answer affirms or denies: "left", "apical" and
  /// "pneumothorax", or "enlarged".
  let keys: [String]
  /// Those of them without which nothing is affirmed: "pneumothorax"; several
  /// with "or" between them.
  let heads: [String]
  /// The other words of content, "heart" in "Is the heart enlarged?": what a
  /// statement about the key is of.
  let subjects: [String]
  /// Whether the key is said of a subject, rather than asked to be there.
  let isPredicate: Bool

  /// Words of questions that say nothing of what is asked for.
  private static let common: Set<String> = [
    "is", "are", "was", "were", "does", "do", "did", "has", "have", "can", "there", "this", "that",
    "these", "the", "a", "an", "any", "and", "or", "be", "been", "image", "picture", "scan", "film",
    "patient", "patient's", "seen", "present", "visible", "visualized", "show", "shown", "evidence",
    "it", "you", "see", "which", "signs", "sign", "his", "her", "their", "its", "to", "of",
    "appear", "appears", "look", "looks", "like", "clearly", "evident", "identified", "likely",
    "represent", "represents", "consistent", "evaluate", "more", "than", "both", "appropriately",
    "imaging", "view", "plane", "section", "shows", "identifiable", "above", "following", "study",
    "weighted", "findings", "finding", "slight", "slightly", "located", "if", "taken", "receive",
  ]
  /// What follows one of these tells where, not what.
  private static let prepositions: Set<String> = [
    "in", "on", "at", "within", "into", "from", "along", "through", "for", "with", "by", "under",
    "underneath", "below", "between", "outside", "near", "of",
  ]
  private static let predicative: Set<String> = ["is", "are", "was", "were", "do", "does", "did"]

  /// - Parameter question: its words.
  /// - Returns: nil if no word says what is asked for, or if the question is
  ///   negative itself, which turns everything round.
  init?(_ question: [String]) {
    let negators = ["no", "not", "without", "absent", "absence", "non-enlarged"]
    guard !question.contains(where: negators.contains) else { return nil }
    let start = question.prefix(2)
    let isStatement =
      start.count == 2 && Self.predicative.contains(start[0])
      && ["the", "these", "this"].contains(start[1])
    var content: [String] = []
    var subjects: [String] = []
    var alternatives: [String] = []
    var isPlace = false
    for word in question {
      if word == "or", !isPlace { alternatives += content.suffix(1) }
      // "Is the size of the ventricles abnormal?"
      let isCut = Self.prepositions.contains(word) && !(isStatement && word == "of")
      if isCut, !content.isEmpty { isPlace = true }
      guard !Self.common.contains(word), !Self.prepositions.contains(word) else { continue }
      if isPlace { subjects.append(word) } else { content.append(word) }
    }
    guard let last = content.last else { return nil }
    isPredicate = content.count > 1 && isStatement && alternatives.isEmpty
    heads = [last] + alternatives
    keys = isPredicate ? [last] : content
    self.subjects = isPredicate ? content.dropLast() : subjects
  }
}
