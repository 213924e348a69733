/// Every image that a row names: 32 bytes each, and 7 to 20 in the table.
struct ImageIndex {
  private struct Entry {
    let hash: Fingerprint
    /// Stands for its path and size; 0 if no row has told.
    var facts: UInt64
    /// The line that told.
    var source: UInt32
    /// Of its record, in bytes; 0 if no row has told.
    var length: UInt32 = 0
  }

  private var entries = Column<Entry>()
  private var table = FingerprintTable()

  /// Images so far.
  var count: Int { entries.count }

  /// The number of the image with that hash.
  ///
  /// - Parameters:
  ///   - facts: stands for its path and size; 0 if the row does not tell.
  ///   - place: of the line that tells it.
  /// - Returns: the number, and whether the facts are news.
  mutating func number(
    of hash: Fingerprint, facts: UInt64, at place: Int
  ) throws(Conflict) -> (image: Int, isNew: Bool) {
    let slot = table.find(hash) { entries[$0].hash }
    guard let image = slot.place else {
      entries.append(Entry(hash: hash, facts: facts, source: UInt32(place)))
      table.enter(count - 1, hash, at: slot) { entries[$0].hash }
      return (count - 1, facts != 0)
    }
    let known = entries[image].facts
    guard facts != 0, facts != known else { return (image, false) }
    guard known == 0 else {
      throw Conflict(kind: .imageFacts, first: Int(entries[image].source), second: place)
    }
    entries[image].facts = facts
    entries[image].source = UInt32(place)
    return (image, true)
  }

  /// Notes how long the record of an image is.
  mutating func setLength(_ length: Int, of image: Int) { entries[image].length = UInt32(length) }

  func length(_ image: Int) -> Int { Int(entries[image].length) }

  /// Frees what is only needed while lines come in.
  mutating func finishIntake() { table = FingerprintTable() }
}
