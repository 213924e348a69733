/// Yes and no.
enum Polarity {
  private static let presence: Set<String> = [
    "present", "seen", "visible", "shows", "show", "demonstrates", "demonstrate", "demonstrated",
    "evident", "noted", "identified", "there", "reveals", "exhibits", "apparent", "displays",
    "contains", "indicates", "indicate", "evidence", "has", "have", "likely",
    "visualized", "suggests", "holds", "observed", "found", "detected", "confirms", "confirmed",
    "represents", "represent", "appears", "appear", "depicts", "exerts", "exert", "crosses",
    "indicating", "indicative", "representing", "suggesting", "suggestive", "showing",
    "demonstrating", "revealing", "confirming", "consistent", "compatible", "diagnostic",
    "characteristic", "typical", "involves", "extends", "exists", "used",
  ]
  /// Where one of these comes first nothing is said to be so.
  private static let conditions: Set<String> = [
    "would", "could", "might", "if", "whether", "should", "unlike",
  ]
  /// What a question for any abnormality asks for. To deny one of them denies
  /// nothing of the others.
  private static let generalities: Set<String> = [
    "abnormality", "abnormalities", "pathology", "lesion", "lesions",
  ]
  private static let findings: Set<String> = [
    "nodule", "nodules", "mass", "masses", "cavity", "opacity", "opacities", "effusion",
    "effusions", "consolidation", "fracture", "hemorrhage", "infarct", "edema", "pneumothorax",
    "cyst", "tumor", "lesion", "lesions", "cardiomegaly",
  ]
  /// What "this" or "the image" is.
  private static let pictures: Set<String> = [
    "this", "image", "scan", "film", "radiograph", "picture", "study", "view", "plane",
  ]
  private static let copulas: Set<String> = ["is", "are", "was", "were"]
  private static let pronouns: Set<String> = [
    "it", "they", "there", "this", "that", "these", "the",
  ]
  private static let personal = pronouns.subtracting(["the"])
  /// What follows one of these is another statement.
  private static let turns: Set<String> = [
    "but", "however", "although", "though", "while", "whereas", "yet", "because", "since", "as",
    "so", "which", "when", "where", "despite", "thus", "hence",
  ]
  /// Words that say the opposite of a key. What is "normal" is nothing that
  /// is asked for by the words of disease.
  private static let opposites: [(keys: Set<String>, words: Set<String>)] = [
    (
      [
        "enlarged", "enlargement", "dilated", "dilation", "swollen", "widened", "wider",
        "thickened",
        "thickening", "increased", "atrophied", "abnormal", "affected", "fractured", "cardiomegaly",
        "large", "lymphadenopathy", "aneurysm", "obstruction", "abnormally",
      ], ["normal", "unremarkable", "intact"]
    ),
    (["fracture", "fractures"], ["intact"]),
    (
      ["normal", "normally", "healthy"],
      ["abnormal", "enlarged", "dilated", "displaced", "distorted"]
    ),
    (["midline"], ["deviated", "displaced", "shifted"]),
    (["flat", "flattened", "flattening"], ["curved"]),
    (["clear"], ["hazy", "opacified", "consolidated"]),
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
    guard let question = ClosedQuestion(pair.question.words) else { return nil }
    var found: [String]?
    for clause in pair.body.sentences.flatMap({ $0.split(whereSeparator: turns.contains) }) {
      guard !isOfOtherSide(clause, pair.question.words),
        let said = polarity(of: Array(clause), question)
      else { continue }
      if said.isAffirmed == reference { return nil }
      found = found ?? said.words
    }
    return found
  }

  /// Whether a clause speaks of one side and the question of the other.
  private static func isOfOtherSide(_ clause: ArraySlice<String>, _ question: [String]) -> Bool {
    [("left", "right"), ("right", "left")].contains { side, other in
      question.contains(side) && !question.contains(other) && clause.contains(other)
        && !clause.contains(side)
    }
  }

  /// What a clause says of a question's key: nil if nothing.
  private static func polarity(
    of clause: [String], _ question: ClosedQuestion
  ) -> (isAffirmed: Bool, words: [String])? {
    let negation = Negation(clause)
    guard !negation.leavesOpen else { return nil }
    var mentioned: [String] = []
    for (place, word) in clause.enumerated() {
      if conditions.contains(word) { return nil }
      if let denied = negated(word, question) { return (false, [denied]) }
      guard question.keys.contains(where: { Synonyms.match($0, word) }) else { continue }
      if let cue = negation.cue(at: place) { return (false, [cue, word]) }
      mentioned.append(word)
    }
    guard !mentioned.isEmpty else {
      return opposite(of: clause, question, negation) ?? finding(in: clause, question, negation)
    }
    let hasHead = mentioned.contains { word in
      question.heads.contains { Synonyms.match($0, word) }
    }
    // "Several intraparenchymal nodules" are abnormalities too.
    guard hasHead else { return finding(in: clause, question, negation) }
    guard isOfSubject(clause, question) else { return nil }
    // "This is a CT", but not "it is above the kidneys".
    let isStatement = question.isPredicate || clause.prefix(2).contains(where: pictures.contains)
    let words = clause.filter {
      presence.contains($0) || mentioned.contains($0) || (isStatement && copulas.contains($0))
    }
    return words.count > mentioned.count ? (true, words) : nil
  }

  /// Whether a clause is about the question's subject; pronouns are taken to
  /// be.
  private static func isOfSubject(_ clause: [String], _ question: ClosedQuestion) -> Bool {
    !question.isPredicate || clause.contains(where: personal.contains)
      || clause.contains { word in question.subjects.contains { Synonyms.match($0, word) } }
  }

  /// A word that has a key in it and denies it: "nonobstructive".
  private static func negated(_ word: String, _ question: ClosedQuestion) -> String? {
    guard word.hasPrefix("non"), word.utf8.count > 6 else { return nil }
    let rest = word.dropFirst(word.hasPrefix("non-") ? 4 : 3)
    return question.heads.contains { WordForms.match($0, String(rest)) } ? word : nil
  }

  /// Something that affirms a question for any abnormality; nil if nothing
  /// does.
  private static func finding(
    in clause: [String], _ question: ClosedQuestion, _ negation: Negation
  ) -> (isAffirmed: Bool, words: [String])? {
    guard question.heads.contains(where: generalities.contains),
      let place = clause.firstIndex(where: findings.contains), negation.cue(at: place) == nil,
      let verb = clause.first(where: { presence.contains($0) })
    else { return nil }
    return (true, [clause[place], verb])
  }

  /// A key's opposite denies it; denied itself it affirms it.
  private static func opposite(
    of clause: [String], _ question: ClosedQuestion, _ negation: Negation
  ) -> (isAffirmed: Bool, words: [String])? {
    guard let key = question.keys.last,
      let words = opposites.first(where: { $0.keys.contains(key) })?.words,
      isOfSubject(clause, question), let place = clause.firstIndex(where: words.contains)
    else { return nil }
    guard let cue = negation.cue(at: place) else { return (false, [clause[place]]) }
    return (true, [cue, clause[place]])
  }
}
