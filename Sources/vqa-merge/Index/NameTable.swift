import Shared

/// Names by number: of splits, whose order is train, validation, test, others
/// by name; and of errors.
struct NameTable {
  private var numbers: [[UInt8]: Int] = [:]
  private var names: [[UInt8]] = [[]]
  private var last = earlier

  /// The number instead of a split for the pairs of an earlier result, which
  /// come before all that is added.
  static let earlier = 0

  /// The number of a name, which is given between quotes in Python's spelling.
  mutating func number(of name: Span<UInt8>) -> Int {
    let previous = names[last]
    if last != Self.earlier, name.equals(previous.span) { return last }
    let key = [UInt8](copying: name)
    last = numbers[key] ?? names.count
    if last == names.count {
      numbers[key] = last
      names.append(key)
    }
    return last
  }

  /// The name of a number.
  func name(_ number: Int) -> String { String(decoding: names[number], as: UTF8.self) }

  /// For each number its rank.
  func ranks() -> [UInt32] {
    let known = ["train", "validation", "test"].map { Array($0.utf8) }
    let classes = names.map { known.firstIndex(of: $0) ?? known.count }
    let texts = names.map { SortText.bytes($0.span) }
    let sorted = names.indices.dropFirst().sorted { first, second in
      classes[first] == classes[second]
        ? texts[first].lexicographicallyPrecedes(texts[second])
        : classes[first] < classes[second]
    }
    var ranks = [UInt32](repeating: 0, count: names.count)
    for (rank, number) in sorted.enumerated() { ranks[number] = UInt32(rank) + 1 }
    return ranks
  }
}
