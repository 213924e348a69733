import Glibc

/// When a verdict was given: RFC 3339, whatever its offset from UTC and the
/// digits of its seconds, as Python's `isoformat` and JavaScript's
/// `toISOString` write it. Without an offset it is taken to be UTC.
struct ReviewTime: Comparable, Sendable {
  /// Seconds since 1970.
  private let seconds: Int
  private let nanoseconds: Int

  /// Before all others: of a verdict that has no time, or none that can be
  /// read.
  static let none = ReviewTime(seconds: .min, nanoseconds: 0)

  static func < (first: ReviewTime, second: ReviewTime) -> Bool {
    (first.seconds, first.nanoseconds) < (second.seconds, second.nanoseconds)
  }
}

extension ReviewTime {
  /// - Returns: nil if it is no time.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    let marks: [(Int, String)] = [(4, "-"), (7, "-"), (10, "Tt "), (13, ":"), (16, ":")]
    guard bytes.count >= 19, marks.allSatisfy({ Array($1.utf8).contains(bytes[$0]) }),
      let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
      let day = Self.number(bytes[8..<10]), let hour = Self.number(bytes[11..<13]),
      let minute = Self.number(bytes[14..<16]), let second = Self.number(bytes[17..<19])
    else { return nil }
    var rest = bytes[19...]
    var fraction: [UInt8] = []
    if rest.first == UInt8(ascii: ".") {
      fraction = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard let offset = Self.offset(rest) else { return nil }
    var parts = unsafe tm()
    unsafe (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, month - 1, day)
    unsafe (parts.tm_hour, parts.tm_min, parts.tm_sec) = (hour, minute, second)
    seconds = unsafe timegm(&parts) - Int(offset)
    let digits = (fraction + repeatElement(0x30, count: 9)).prefix(9)
    nanoseconds = Int(Self.number(digits) ?? 0)
  }

  /// Seconds ahead of UTC: "Z", "+02:00", "-0430" or nothing.
  private static func offset(_ text: ArraySlice<UInt8>) -> Int32? {
    guard let sign = text.first else { return 0 }
    if text.count == 1, sign | 0x20 == UInt8(ascii: "z") { return 0 }
    let digits = text.dropFirst().filter { $0 != UInt8(ascii: ":") }[...]
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), digits.count == 4,
      let hours = number(digits.prefix(2)), let minutes = number(digits.suffix(2))
    else { return nil }
    return (sign == UInt8(ascii: "-") ? -60 : 60) * (hours * 60 + minutes)
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int32? {
    digits.allSatisfy { (0x30...0x39).contains($0) }
      ? Int32(String(decoding: digits, as: UTF8.self)) : nil
  }
}
