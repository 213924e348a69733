import Shared

/// The order of the result: images by their first row, rows by split and
/// number; each line's position in it.
struct ResultOrder {
  /// For each line its position, `UInt32.max` for those that do not enter.
  private(set) var rows: [UInt32]
  /// For each image the position of its head, `UInt32.max` for those that do
  /// not enter.
  private(set) var images: [UInt32]
  /// Rows in the result.
  private(set) var rowCount = 0
  /// Images in the result.
  private(set) var imageCount = 0

  /// What rows are sorted by, 16 bytes each.
  struct Key {
    /// The row's number; the sign bit turned, so that it sorts unsigned.
    var number: UInt64
    /// The split's rank, doubled, and one more for rows without a number.
    var group: UInt32
    /// The line's place, which makes the order of keys total.
    var place: UInt32

    func hasEqualValue(with other: Key) -> Bool { group == other.group && number == other.number }

    static func precedes(_ first: Key, _ second: Key) -> Bool {
      if first.group != second.group { return first.group < second.group }
      if first.number != second.number { return first.number < second.number }
      return first.place < second.place
    }
  }

  /// The rows of the result, sorted.
  ///
  /// - Parameters:
  ///   - ranks: for each split its rank.
  ///   - spill: holds the records of all answered rows.
  static func keys(
    of index: borrowing RowIndex, ranks: [UInt32], spill: inout SpillFile
  ) throws(ToolError) -> [Key] {
    var keys = unsorted(index, ranks)
    keys.sort(by: Key.precedes)
    try EqualKeys.settle(in: &keys, spill: &spill)
    return keys
  }

  init(_ keys: [Key], of index: borrowing RowIndex, imageCount images: Int) {
    rows = [UInt32](repeating: .max, count: index.count)
    self.images = [UInt32](repeating: .max, count: images)
    rowCount = keys.count
    place(keys, index)
  }

  private static func unsorted(_ index: borrowing RowIndex, _ ranks: [UInt32]) -> [Key] {
    var count = 0
    for place in 0..<index.count where index.isInResult(place) { count += 1 }
    var keys: [Key] = []
    keys.reserveCapacity(count)
    for place in 0..<index.count where index.isInResult(place) {
      keys.append(
        Key(
          number: UInt64(bitPattern: Int64(index.number(place))) ^ 1 << 63,
          group: ranks[index.split(place)] * 2 + (index.isNumbered(place) ? 0 : 1),
          place: UInt32(place)))
    }
    return keys
  }

  /// Gives positions: images in order of their first key, and in each of them
  /// its head and then its keys in order. A counting sort, since images are
  /// numbered.
  private mutating func place(_ keys: [Key], _ index: borrowing RowIndex) {
    // For each image its rank; for each rank how many positions it takes,
    // and then the next that is free.
    var ranks = [UInt32](repeating: .max, count: images.count)
    var next: [UInt32] = []
    for key in keys {
      let image = index.image(Int(key.place))
      if ranks[image] == .max {
        ranks[image] = UInt32(next.count)
        next.append(1)
      }
      next[Int(ranks[image])] += 1
    }
    imageCount = next.count
    var start: UInt32 = 0
    for rank in next.indices { (next[rank], start) = (start, start + next[rank]) }
    for key in keys {
      let image = index.image(Int(key.place))
      let rank = Int(ranks[image])
      if images[image] == .max {
        images[image] = next[rank]
        next[rank] += 1
      }
      rows[Int(key.place)] = next[rank]
      next[rank] += 1
    }
  }
}
