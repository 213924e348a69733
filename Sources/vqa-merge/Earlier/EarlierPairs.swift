import Shared

/// The pairs of an earlier result, so that a row answered anew takes the
/// place of the pair that it was: pairs carry no id, so they are told by
/// image, split, question and original answer.
///
/// Only with `--into`: 16 bytes a row, and 4 and the table for each pair.
struct EarlierPairs: ~Copyable {
  /// Of every row, the earlier result's first.
  private var hashes = Column<Fingerprint>()
  private var table = FingerprintTable()
  /// Pairs that cannot be told apart form a ring in their order, each with
  /// the place of the next; the table holds the last one. `UInt32.max` says
  /// that the ring is used up.
  private var rings = Column<UInt32>()

  /// Pairs of the earlier result.
  var count: Int { rings.count }

  /// Enters the next pair of the earlier result.
  mutating func appendEarlier(_ hash: Fingerprint) throws(ToolError) {
    let place = hashes.count
    try append(hash)
    try rings.reserve()
    let slot = table.find(hash) { hashes[$0] }
    if let last = slot.place {
      rings.append(rings[last])
      rings[last] = UInt32(place)
    } else {
      rings.append(UInt32(place))
    }
    table.enter(place, hash, at: slot) { hashes[$0] }
  }

  /// Enters the next row.
  mutating func append(_ hash: Fingerprint) throws(ToolError) {
    try hashes.reserve()
    hashes.append(hash)
  }

  /// The earlier pair that the row at `place` stands for and that no other
  /// row has claimed; nil if there is none.
  mutating func claim(for place: Int) -> Int? {
    guard let last = table.find(hashes[place], owner: { hashes[$0] }).place,
      rings[last] != .max
    else { return nil }
    let first = Int(rings[last])
    rings[last] = first == last ? .max : rings[first]
    return first
  }
}

extension Fingerprint {
  /// Of what tells a pair from others.
  init(ofPair row: borrowing RowFields) {
    var text = [UInt8](copying: row[.split, through: .answer])
    text.append(row[.imageHash])
    self.init(text.span)
  }
}
