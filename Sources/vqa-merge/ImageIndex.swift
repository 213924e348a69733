/// Every image that a row names: 28 bytes each, and 5 to 16 in the table.
struct ImageIndex {
  private var hashes = Column<Fingerprint>()
  private var table = FingerprintTable()
  /// Of its path and size; 0 if no row has told.
  private var facts = Column<UInt64>()
  /// The line that told.
  private var tellers = Column<UInt32>()

  /// Images so far.
  var count: Int { hashes.count }

  /// The number of the image with that hash.
  ///
  /// - Parameters:
  ///   - facts: stands for its path and size; nil if the row does not tell.
  ///   - place: of the line that tells it.
  mutating func number(
    of hash: Fingerprint, facts told: UInt64?, at place: Int
  ) throws(Conflict) -> Int {
    let told = told.map { max($0, 1) } ?? 0
    guard let image = table.find(hash, orEnter: count, in: hashes) else {
      hashes.append(hash)
      facts.append(told)
      tellers.append(UInt32(place))
      return count - 1
    }
    guard told != 0, told != facts[image] else { return image }
    guard facts[image] == 0 else {
      throw Conflict(kind: .imageFacts, first: Int(tellers[image]), second: place)
    }
    facts[image] = told
    tellers[image] = UInt32(place)
    return image
  }
}
