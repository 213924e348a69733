/// A 64-bit digest that is the same in every run: it names requests and images
/// in the log and decides by chance that can be repeated. Not cryptographic.
///
/// Folded 64×64→128-bit multiplication over eight bytes at a time, after
/// wyhash: 5 GB/s where SHA-256 would be the server's main cost.
struct Digest: Hashable {
  private(set) var state: UInt64

  init(seed: UInt64 = 0) { state = seed ^ 0xA076_1D64_78BD_642F }

  init(_ text: String, seed: UInt64 = 0) {
    self.init(seed: seed)
    combine(Array(text.utf8)[...])
  }

  mutating func combine(_ word: UInt64) {
    let product = (state ^ word ^ 0xE703_7ED1_A0B4_28DB)
      .multipliedFullWidth(by: 0x8EBC_6AF0_9C88_C6E3 ^ (state &+ word))
    state = product.high ^ product.low ^ word.byteSwapped
  }

  mutating func combine(_ bytes: ArraySlice<UInt8>) {
    unsafe bytes.withUnsafeBytes { unsafe combine($0) }
    combine(UInt64(bytes.count))
  }

  private mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    var offset = 0
    while offset + 8 <= bytes.count {
      combine(unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var last: UInt64 = 0
    while offset < bytes.count {
      last = last << 8 | UInt64(unsafe bytes[offset])
      offset += 1
    }
    combine(last)
  }

  /// 16 hex digits.
  var hex: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// The digest as a number in 0..<1, another one for every purpose.
  func fraction(for purpose: UInt64) -> Double {
    var mixed = self
    mixed.combine(purpose)
    mixed.combine(0)
    return Double(mixed.state >> 11) / Double(1 << 53)
  }

  /// The digest as a number in 0..<count.
  func pick(_ count: Int, for purpose: UInt64) -> Int {
    Int(fraction(for: purpose) * Double(count))
  }
}
