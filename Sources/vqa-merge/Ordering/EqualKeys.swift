import Shared

/// Rows with the same split and number but different ids, as when two data
/// sets are mixed: they follow the order of their ids, which are
/// fetched for just these rows.
struct EqualKeys {
  /// The lines concerned, ascending.
  private var places: [UInt32] = []
  /// Their ids, one behind the other, and where each ends.
  private var ids: [UInt8] = []
  private var ends: [Int] = []

  /// Reorders the keys that are level.
  static func settle(in keys: inout [ResultOrder.Key], spill: inout SpillFile) throws(ToolError) {
    var equal = EqualKeys()
    forEachRun(keys) { range in
      for key in keys[range] { equal.places.append(key.place) }
    }
    guard !equal.places.isEmpty else { return }
    equal.places.sort()
    try equal.fetch(&spill)
    // Keys may be reordered while the loop is still in their run:
    // runs are found by what reordering does not change.
    let level = keys
    forEachRun(level) { range in
      keys[range].sort { equal.precedes($0.place, $1.place) }
    }
  }

  /// Finds runs of numbered keys that are level.
  private static func forEachRun(_ keys: [ResultOrder.Key], _ body: (Range<Int>) -> Void) {
    var start = 0
    for end in 1..<(keys.count + 1)
    where end == keys.count || !keys[start].hasEqualValue(with: keys[end]) {
      if end - start > 1, keys[start].group % 2 == 0 { body(start..<end) }
      start = end
    }
  }

  private mutating func fetch(_ spill: inout SpillFile) throws(ToolError) {
    var next = 0
    try spill.forEach { (place, text) throws(ToolError) in
      guard place == places[next] else { return true }
      ids += SortText.bytes(text.extracting(Record.range(.id, ofRow: text)).unquoted)
      ends.append(ids.count)
      next += 1
      return next < places.count
    }
  }

  private func precedes(_ first: UInt32, _ second: UInt32) -> Bool {
    let (left, right) = (id(of: first), id(of: second))
    if left.elementsEqual(right) { return first < second }
    return left.lexicographicallyPrecedes(right)
  }

  private func id(of place: UInt32) -> ArraySlice<UInt8> {
    var (low, high) = (0, places.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if places[middle] < place { low = middle + 1 } else { high = middle }
    }
    return ids[(low == 0 ? 0 : ends[low - 1])..<ends[low]]
  }
}
