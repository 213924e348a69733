import Glibc
import Shared

/// Which files are there: each that was found is looked for once, as long as no
/// other has taken its place in a table of fixed size. Rows that share a picture
/// mostly stand near each other. One that was not found may be written by now.
struct KnownFiles {
  private static let count = 1 << 16
  private var names = [[UInt8]](repeating: [], count: Self.count)

  /// Whether there is a file of the name that stands in a row.
  ///
  /// - Parameter quoted: a JSON string without its quotes.
  mutating func exists(_ quoted: Span<UInt8>) -> Bool {
    let place = Int(truncatingIfNeeded: Self.mix(quoted) >> 48)
    if !quoted.isEmpty, Self.areEqual(names[place], quoted) { return true }
    let path = String(decoding: JSONText.decoded(quoted), as: UTF8.self)
    guard ImageStore.isFile(path) else { return false }
    names[place] = [UInt8](copying: quoted)
    return true
  }

  private static func areEqual(_ one: [UInt8], _ other: Span<UInt8>) -> Bool {
    guard one.count == other.count else { return false }
    return unsafe one.withUnsafeBufferPointer { one in
      unsafe other.withUnsafeBufferPointer { other in
        guard let start = one.baseAddress, let end = other.baseAddress else { return true }
        return unsafe memcmp(start, end, one.count) == 0
      }
    }
  }

  /// Spreads names over the table, eight bytes at a time. A clash costs no
  /// more than looking again.
  private static func mix(_ text: Span<UInt8>) -> UInt64 {
    let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
    var sum = UInt64(text.count)
    var index = 0
    while index + 8 <= text.count {
      // Within bounds: the loop's condition leaves eight bytes.
      let word = unsafe text.bytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: index, as: UInt64.self)
      sum = (sum ^ word) &* factor
      sum ^= sum >> 32
      index += 8
    }
    for index in index..<text.count { sum = (sum ^ UInt64(text[index])) &* factor }
    return sum &* factor
  }
}
