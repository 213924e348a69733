/// 128 bits that stand for a text of any length: SipHash under the process's
/// random key, finished in two ways. Among 50 million texts the chance that
/// any two agree is below 10^-22, and nobody who does not know the key can
/// raise it.
struct Fingerprint: Equatable {
  let high: UInt64
  let low: UInt64

  /// The fingerprint of `text`.
  init(_ text: Span<UInt8>) {
    var hasher = Hasher()
    unsafe text.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    var other = hasher
    other.combine(0 as UInt8)
    low = UInt64(bitPattern: Int64(hasher.finalize()))
    high = UInt64(bitPattern: Int64(other.finalize()))
  }

  private init() { (high, low) = (0, 0) }

  /// For rows that have nothing to tell them by.
  static let none = Fingerprint()

  /// 64 bits for texts that are only ever compared with one other; never 0.
  static func short(_ text: Span<UInt8>) -> UInt64 {
    var hasher = Hasher()
    unsafe text.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    return max(UInt64(bitPattern: Int64(hasher.finalize())), 1)
  }
}

/// Finds the place at which a fingerprint was entered: open addressing with
/// five bytes a slot. The fingerprints themselves stay with their owner, and
/// are looked at only where a byte of them agrees.
struct FingerprintTable {
  /// 0 is free, else place + 1.
  private var slots = [UInt32](repeating: 0, count: 1 << 10)
  /// A byte of the fingerprint in each slot.
  private var tags = [UInt8](repeating: 0, count: 1 << 10)
  private var count = 0

  /// Where a fingerprint is, or where it belongs.
  struct Slot {
    fileprivate let index: Int
    /// The place that was entered; nil if none was.
    let place: Int?
  }

  /// Looks for `fingerprint`; `owner` gives that of a place.
  func find(_ fingerprint: Fingerprint, owner: (Int) -> Fingerprint) -> Slot {
    let tag = Self.tag(fingerprint)
    let mask = slots.count - 1
    var index = Int(truncatingIfNeeded: fingerprint.low) & mask
    while slots[index] != 0 {
      if tags[index] == tag {
        let place = Int(slots[index]) - 1
        if owner(place) == fingerprint { return Slot(index: index, place: place) }
      }
      index = (index + 1) & mask
    }
    return Slot(index: index, place: nil)
  }

  /// Lets `place` stand for `fingerprint`, whose slot has just been found.
  mutating func enter(
    _ place: Int, _ fingerprint: Fingerprint, at slot: Slot, owner: (Int) -> Fingerprint
  ) {
    slots[slot.index] = UInt32(place) + 1
    tags[slot.index] = Self.tag(fingerprint)
    guard slot.place == nil else { return }
    count += 1
    if count * 4 > slots.count * 3 { grow(owner) }
  }

  private static func tag(_ fingerprint: Fingerprint) -> UInt8 {
    UInt8(truncatingIfNeeded: fingerprint.high)
  }

  /// - Parameter owner: must know every place that was entered.
  private mutating func grow(_ owner: (Int) -> Fingerprint) {
    let old = slots
    tags = [UInt8](repeating: 0, count: old.count * 2)
    slots = [UInt32](repeating: 0, count: old.count * 2)
    let mask = slots.count - 1
    for entry in old where entry != 0 {
      let fingerprint = owner(Int(entry) - 1)
      var index = Int(truncatingIfNeeded: fingerprint.low) & mask
      while slots[index] != 0 { index = (index + 1) & mask }
      slots[index] = entry
      tags[index] = Self.tag(fingerprint)
    }
  }
}
