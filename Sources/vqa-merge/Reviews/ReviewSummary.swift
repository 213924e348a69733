import Shared

/// What the verdicts come to whose answers are in the input.
struct ReviewSummary {
  /// Verdicts by kind.
  private(set) var counts: [Verdict.Kind: Int] = [:]
  /// Verdicts by reviewer.
  private(set) var reviewers: [String: Int] = [:]
  /// Verdicts whose answer did not come in: it is another one by now.
  let staleCount: Int
  private(set) var agreements: [ReviewAgreement] = []
  /// Answers on which reviewers differ.
  private(set) var differences: [Difference] = []

  struct Difference {
    let id: String?
    let imageHash: String
    /// By reviewer, in the order of their names.
    let verdicts: [(reviewer: String, kind: Verdict.Kind)]
  }

  private struct Answer: Hashable {
    let subject: Verdict.Subject
    let id: String?
  }

  /// - Parameter met: for each verdict whether its answer came in.
  init(_ reviews: Reviews, met: [Bool]) {
    let verdicts = zip(reviews.verdicts, met).filter(\.1).map(\.0)
    staleCount = reviews.verdicts.count - verdicts.count
    var answers: [Answer: [Verdict]] = [:]
    var order: [Answer] = []
    for verdict in verdicts {
      counts[verdict.kind, default: 0] += 1
      reviewers[verdict.reviewer, default: 0] += 1
      let answer = Answer(subject: verdict.subject, id: verdict.id)
      if answers[answer] == nil { order.append(answer) }
      answers[answer, default: []].append(verdict)
    }
    let judged = order.map { answer in
      (answers[answer] ?? []).sorted { $0.reviewer < $1.reviewer }
    }
    compare(judged)
    for verdicts in judged where Set(verdicts.map(\.kind)).count > 1 {
      differences.append(
        Difference(
          id: verdicts[0].id, imageHash: verdicts[0].subject.imageHash,
          verdicts: verdicts.map { ($0.reviewer, $0.kind) }))
    }
  }

  /// - Parameter judged: for each answer its verdicts, in order of reviewers.
  private mutating func compare(_ judged: [[Verdict]]) {
    var pairs: [[String]: [(Verdict.Kind, Verdict.Kind)]] = [:]
    for verdicts in judged {
      for (place, first) in verdicts.enumerated() {
        for second in verdicts[(place + 1)...] {
          pairs[[first.reviewer, second.reviewer], default: []].append((first.kind, second.kind))
        }
      }
    }
    agreements = pairs.keys.sorted { $0.lexicographicallyPrecedes($1) }.map {
      ReviewAgreement($0, pairs[$0] ?? [])
    }
  }

  /// One JSON object.
  var text: [UInt8] {
    var output = Array("{\"verdicts\":\(counts.values.reduce(0, +)),\"stale\":\(staleCount)".utf8)
    for kind in Verdict.Kind.allCases {
      output += ",\"\(kind.rawValue)\":\(counts[kind] ?? 0)".utf8
    }
    output += ",\"reviewers\":{".utf8
    let numbers = reviewers.sorted { $0.key < $1.key }
    Self.append(numbers, to: &output) { entry, output in
      JSONText.appendQuoted(entry.key, to: &output)
      output += ":\(entry.value)".utf8
    }
    output += "},\"agreement\":[".utf8
    Self.append(agreements, to: &output) { $0.append(to: &$1) }
    output += "],\"differences\":[".utf8
    Self.append(differences, to: &output) { $0.append(to: &$1) }
    output += "]}".utf8
    return output
  }

  /// Appends elements with commas between them.
  fileprivate static func append<Element>(
    _ elements: [Element], to output: inout [UInt8],
    _ appendElement: (Element, inout [UInt8]) -> Void
  ) {
    for (place, element) in elements.enumerated() {
      if place > 0 { output.append(UInt8(ascii: ",")) }
      appendElement(element, &output)
    }
  }
}

extension ReviewAgreement {
  /// Appends one JSON object.
  fileprivate func append(to output: inout [UInt8]) {
    output += "{\"reviewers\":[".utf8
    ReviewSummary.append(reviewers, to: &output) { JSONText.appendQuoted($0, to: &$1) }
    output += "],\"pairs\":\(count),\"equal\":\(equal),\"kappa\":".utf8
    output += (kappa.map(PythonSpelling.representation) ?? "null").utf8
    output += "}".utf8
  }
}

extension ReviewSummary.Difference {
  /// Appends one JSON object.
  fileprivate func append(to output: inout [UInt8]) {
    output += "{\"id\":".utf8
    if let id { JSONText.appendQuoted(id, to: &output) } else { output += "null".utf8 }
    output += ",\"image_hash\":".utf8
    JSONText.appendQuoted(imageHash, to: &output)
    output += ",\"verdicts\":{".utf8
    ReviewSummary.append(verdicts, to: &output) { verdict, output in
      JSONText.appendQuoted(verdict.reviewer, to: &output)
      output += ":\"\(verdict.kind.rawValue)\"".utf8
    }
    output += "}}".utf8
  }
}
