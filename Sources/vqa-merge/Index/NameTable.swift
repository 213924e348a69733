/// Names by number: of splits, whose order is train, validation, test, others
/// by name; and of errors.
struct NameTable {
  private var numbers: [[UInt8]: Int] = [:]
  private var names: [[UInt8]] = [[]]
  private var last = earlier

  /// Stands in the place of a split for what an earlier result holds, which
  /// comes before all that is added.
  static let earlier = 0

  /// The number of a name, which is given between quotes in Python's spelling.
  mutating func number(of name: ArraySlice<UInt8>) -> Int {
    if last != Self.earlier, names[last].elementsEqual(name) { return last }
    let key = Array(name)
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
    let texts = names.map(SortText.bytes)
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
