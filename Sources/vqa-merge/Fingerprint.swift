/// 128 bits that stand for a text of any length: two SipHash values under the
/// process's random key. Among 50 million texts the chance that any two agree
/// is below 10^-22, and nobody who does not know the key can raise it.
struct Fingerprint: Equatable {
  let high: UInt64
  let low: UInt64

  /// The fingerprint of `text`.
  init(_ text: Span<UInt8>) {
    high = Self.hash(text, 1)
    low = Self.hash(text, 2)
  }

  init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

  /// For rows that have nothing to tell them by.
  static let none = Fingerprint(high: 0, low: 0)

  /// 64 bits for texts that are only ever compared with one other.
  static func short(_ text: Span<UInt8>) -> UInt64 { hash(text, 3) }

  private static func hash(_ text: Span<UInt8>, _ salt: UInt8) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(salt)
    unsafe text.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }
}

/// A growing array in pieces: appending never copies what is there, so that
/// memory is not doubled at the worst moment.
struct Column<Element> {
  private var pieces: [[Element]] = []
  private(set) var count = 0
  private static var shift: Int { 16 }
  private static var mask: Int { 1 << shift - 1 }

  mutating func append(_ element: Element) {
    if count & Self.mask == 0 {
      var piece: [Element] = []
      piece.reserveCapacity(1 << Self.shift)
      pieces.append(piece)
    }
    pieces[count >> Self.shift].append(element)
    count += 1
  }

  subscript(index: Int) -> Element {
    get { pieces[index >> Self.shift][index & Self.mask] }
    set { pieces[index >> Self.shift][index & Self.mask] = newValue }
  }
}

/// Finds the place at which a fingerprint was entered: open addressing with
/// four bytes a slot. The fingerprints themselves stay with their owner.
struct FingerprintTable {
  /// 0 is free, else place + 1.
  private var slots = [UInt32](repeating: 0, count: 1 << 10)
  private var count = 0

  /// The place that holds `fingerprint`; if none does, `place` from now on.
  mutating func find(
    _ fingerprint: Fingerprint, orEnter place: Int, in column: Column<Fingerprint>
  ) -> Int? {
    if (count + 1) * 4 > slots.count * 3 { grow(column) }
    let slot = slot(of: fingerprint, in: column)
    guard slots[slot] == 0 else { return Int(slots[slot]) - 1 }
    slots[slot] = UInt32(place) + 1
    count += 1
    return nil
  }

  /// Lets `place` stand for `fingerprint`, which has been entered.
  mutating func move(_ fingerprint: Fingerprint, to place: Int, in column: Column<Fingerprint>) {
    slots[slot(of: fingerprint, in: column)] = UInt32(place) + 1
  }

  private func slot(of fingerprint: Fingerprint, in column: Column<Fingerprint>) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: fingerprint.low) & mask
    while slots[slot] != 0, column[Int(slots[slot]) - 1] != fingerprint { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow(_ column: Column<Fingerprint>) {
    let old = slots
    slots = [UInt32](repeating: 0, count: old.count * 2)
    let mask = slots.count - 1
    for entry in old where entry != 0 {
      var slot = Int(truncatingIfNeeded: column[Int(entry) - 1].low) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = entry
    }
  }
}
