/// How often the model, looking by itself, agreed with the reference: by
/// split, and by closed and open questions.
struct BlindAgreement {
  private struct Counts {
    var agrees = 0
    var disagrees = 0
    /// A comparison of words cannot tell.
    var undecided = 0
  }

  /// By split, its name as JSON text.
  private var splits: [[UInt8]: [RowDetails.Kind: Counts]] = [:]

  var isEmpty: Bool { splits.isEmpty }

  mutating func count(_ blind: RowDetails.Blind, split: [UInt8], kind: RowDetails.Kind) {
    var counts = splits[split]?[kind] ?? Counts()
    switch blind.agrees {
    case true: counts.agrees += 1
    case false: counts.disagrees += 1
    default: counts.undecided += 1
    }
    splits[split, default: [:]][kind] = counts
  }

  /// One JSON object.
  var text: [UInt8] {
    let members = splits.sorted {
      SortText.bytes($0.key.span).lexicographicallyPrecedes(SortText.bytes($1.key.span))
    }.map { split, kinds in
      let entries = RowDetails.Kind.allCases.compactMap { kind in
        kinds[kind].map {
          "\"\(kind.rawValue)\":{\"agrees\":\($0.agrees),\"disagrees\":\($0.disagrees),"
            + "\"undecided\":\($0.undecided)}"
        }
      }
      return split + ":{\(entries.joined(separator: ","))}".utf8
    }
    return Array("{".utf8) + members.joined(separator: ",".utf8) + "}".utf8
  }
}
