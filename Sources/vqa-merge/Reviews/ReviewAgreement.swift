/// How far two reviewers agree on the answers that both have judged.
struct ReviewAgreement: Equatable {
  let reviewers: [String]
  /// Answers that both have judged.
  let count: Int
  /// Of them those on which their verdicts are the same.
  let equal: Int
  /// Cohen's kappa, unweighted; nil where both always say one and the same
  /// thing, or have no answer in common: then chance explains all.
  let kappa: Double?

  /// - Parameter pairs: the verdicts of both on each answer.
  init(_ reviewers: [String], _ pairs: [(Verdict.Kind, Verdict.Kind)]) {
    self.reviewers = reviewers
    count = pairs.count
    let equal = pairs.filter { $0.0 == $0.1 }.count
    self.equal = equal
    let chance = Verdict.Kind.allCases.reduce(0) { sum, kind in
      sum + pairs.filter { $0.0 == kind }.count * pairs.filter { $0.1 == kind }.count
    }
    // (observed - expected) / (1 - expected), both times the square of the
    // number of pairs, which keeps it in integers as long as possible.
    let square = pairs.count * pairs.count
    kappa =
      square == chance ? nil : Double(equal * pairs.count - chance) / Double(square - chance)
  }
}
