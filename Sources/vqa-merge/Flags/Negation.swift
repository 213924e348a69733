/// Which words of a clause are denied: by a cue before them or one behind
/// them, within a few words, as in NegEx.
/// https://doi.org/10.1006/jbin.2001.1029
struct Negation {
  /// How far a cue reaches, in words.
  private static let reach = 8

  private static let before: Set<String> = [
    "no", "not", "without", "neither", "nor", "never", "lack", "lacks", "lacking", "absence",
    "free", "negative", "excludes", "excluding", "exclude", "against", "cannot", "isn't", "aren't",
    "doesn't", "don't", "denies", "nothing", "none", "unlikely", "hardly", "non", "fails", "fail",
    "devoid", "inconsistent", "incompatible",
  ]
  private static let behind: Set<String> = [
    "absent", "excluded", "unlikely", "negative", "unremarkable", "lacking", "resolved",
  ]
  /// A finite verb ends what a noun or preposition denies: "without
  /// bronchograms indicates".
  private static let verbs: Set<String> = [
    "is", "are", "was", "were", "indicates", "indicate", "shows", "suggests", "demonstrates",
    "reveals", "points", "has", "contains",
  ]
  private static let verbal: Set<String> = [
    "not", "never", "cannot", "isn't", "aren't", "doesn't", "don't", "excludes", "exclude", "lacks",
    "denies", "unlikely", "hardly", "nothing", "none", "fails", "fail",
  ]
  /// Behind a word these deny it only together with a word of seeing.
  private static let denials: Set<String> = [
    "not", "cannot", "never", "isn't", "aren't", "can't", "nowhere", "no", "neither",
  ]
  private static let seeing: Set<String> = [
    "seen", "visible", "present", "identified", "evident", "shown", "demonstrated", "included",
    "visualized", "found", "noted", "appreciated", "detected", "identifiable", "distinguishable",
    "depicted", "feature", "covered", "apparent", "recognizable", "used", "affected", "evaluated",
    "assessed", "highlighted",
  ]
  /// "Not only", "no doubt" and "no change in" deny nothing.
  private static let harmless: Set<String> = [
    "only", "doubt", "question", "longer", "room", "just", "merely", "change", "increase",
  ]
  /// Nor does "cannot be denied".
  private static let undeniable: Set<String> = [
    "denied", "overlooked", "missed", "ignored", "mistaken",
  ]
  /// "Rather than", "instead of".
  private static let pairs: Set<[String]> = [
    ["rather", "than"], ["instead", "of"], ["ruled", "out"], ["rules", "out"], ["ruling", "out"],
    ["rule", "out"],
  ]
  /// What turns a denial round.
  private static let preventing: Set<String> = [
    "cannot", "can't", "not", "couldn't", "difficult", "hard", "impossible", "unable", "never",
  ]
  private static let excluding: Set<String> = ["excluded", "exclude", "ruled", "rule"]

  private let clause: [String]

  init(_ clause: [String]) { self.clause = clause }

  /// Whether the clause says that something "cannot be ruled out", which is
  /// neither yes nor no.
  var leavesOpen: Bool {
    clause.indices.contains { place in
      guard Self.preventing.contains(clause[place]) else { return false }
      return clause[(place + 1)...].prefix(4).contains(where: Self.excluding.contains)
    }
  }

  /// The cue that denies the word at a place; nil if none does.
  func cue(at place: Int) -> String? { cueBefore(place) ?? cueBehind(place) }

  private func cueBefore(_ place: Int) -> String? {
    var index = place - 1
    while index >= max(0, place - Self.reach) {
      let word = clause[index]
      if Self.before.contains(word), !isHarmless(index), reaches(index, place) { return word }
      if index > 0, Self.pairs.contains([clause[index - 1], word]) { return word }
      index -= 1
    }
    return nil
  }

  private func cueBehind(_ place: Int) -> String? {
    let end = min(clause.count, place + 1 + Self.reach)
    for index in (place + 1)..<max(end, place + 1) {
      let word = clause[index]
      if Self.behind.contains(word), index == 0 || clause[index - 1] != "not" { return word }
      if word == "ruled", index + 1 < clause.count, clause[index + 1] == "out" { return word }
      if Self.denials.contains(word), !isHarmless(index) {
        let rest = clause[(index + 1)..<min(clause.count, index + 4)]
        if rest.contains(where: Self.seeing.contains) { return word }
      }
    }
    return nil
  }

  /// Whether nothing between a cue and a word ends what it denies.
  private func reaches(_ cue: Int, _ place: Int) -> Bool {
    if Self.verbal.contains(clause[cue]) { return true }
    let between = clause[(cue + 1)..<place]
    if clause[cue] == "free", let next = between.first, next != "of", next != "from" {
      return false
    }
    if clause[cue] == "free", between.isEmpty { return false }
    return !between.contains(where: Self.verbs.contains)
  }

  private func isHarmless(_ index: Int) -> Bool {
    let next = clause[(index + 1)...].prefix(2)
    if let first = next.first, Self.harmless.contains(first) { return true }
    return next.last.map { $0 == "doubt" || Self.undeniable.contains($0) } ?? false
  }
}
