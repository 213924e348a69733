import Shared

/// Every image that a row names: 32 bytes each, and 7 to 20 in the table.
struct ImageIndex: ~Copyable {
  private struct Entry {
    let hash: Fingerprint
    /// Of its path and size; 0 if no row has had both.
    var attributes: UInt64
    /// The line that had them.
    var source: UInt32
    /// Of its record, in bytes; 0 if there is none yet.
    var length: UInt32 = 0
  }

  private var entries = Column<Entry>()
  private var table = FingerprintTable()

  /// Images so far.
  var count: Int { entries.count }

  /// Gets memory for the next image.
  mutating func reserve() throws(ToolError) { try entries.reserve() }

  /// The number of the image with that hash.
  ///
  /// - Parameters:
  ///   - attributes: the fingerprint of its path and size; 0 if the row does
  ///     not have both.
  ///   - place: of the line.
  /// - Returns: the number, and whether the attributes are new.
  /// - Precondition: `reserve` has been called since the last one.
  mutating func number(
    of hash: Fingerprint, attributes: UInt64, at place: Int
  ) throws(Conflict) -> (image: Int, isNew: Bool) {
    let slot = table.find(hash) { entries[$0].hash }
    guard let image = slot.place else {
      entries.append(Entry(hash: hash, attributes: attributes, source: UInt32(place)))
      table.enter(count - 1, hash, at: slot) { entries[$0].hash }
      return (count - 1, attributes != 0)
    }
    let known = entries[image].attributes
    guard attributes != 0, attributes != known else { return (image, false) }
    guard known == 0 else {
      throw Conflict(kind: .imageAttributes, first: Int(entries[image].source), second: place)
    }
    entries[image].attributes = attributes
    entries[image].source = UInt32(place)
    return (image, true)
  }

  /// Sets how long the record of an image is.
  mutating func setLength(_ length: Record.Length, of image: Int) {
    entries[image].length = length.value
  }

  func length(_ image: Int) -> Int { Int(entries[image].length) }

  /// Frees what is only needed while lines come in.
  mutating func finishIntake() { table = FingerprintTable() }
}
