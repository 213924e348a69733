/// Spells decimal numbers exactly, whatever their size.
enum Decimal {
  /// More digits than this behind the point are a damaged schema, not a number.
  private static let maximumScale = 1000

  /// `value` divided by ten to the power of `scale`.
  static func spell(_ value: Int64, scale: Int) -> String {
    point(String(value.magnitude), negative: value < 0, scale)
  }

  /// The same for two's complement in big-endian bytes.
  static func spell(bigEndian bytes: Span<UInt8>, scale: Int) -> String {
    let negative = bytes.count > 0 && bytes[0] >= 0x80
    var magnitude: [UInt8] = []
    for index in 0..<bytes.count { magnitude.append(negative ? ~bytes[index] : bytes[index]) }
    if negative { increment(&magnitude) }
    return point(digits(magnitude), negative: negative, scale)
  }

  private static func increment(_ bytes: inout [UInt8]) {
    for index in bytes.indices.reversed() {
      bytes[index] &+= 1
      if bytes[index] != 0 { return }
    }
    bytes.insert(1, at: 0)
  }

  /// Long division by ten, which is quadratic: decimals have 32 bytes at most, and a value
  /// that claims more is cut to its last bytes.
  private static func digits(_ bigEndian: [UInt8]) -> String {
    var number = Array(bigEndian.suffix(64))
    var digits: [UInt8] = []
    while number.contains(where: { $0 != 0 }) {
      var remainder = 0
      for index in number.indices {
        let part = remainder << 8 | Int(number[index])
        number[index] = UInt8(part / 10)
        remainder = part % 10
      }
      digits.append(UInt8(ascii: "0") + UInt8(remainder))
    }
    return digits.isEmpty ? "0" : String(decoding: digits.reversed(), as: UTF8.self)
  }

  private static func point(_ digits: String, negative: Bool, _ scale: Int) -> String {
    let sign = negative ? "-" : ""
    guard scale > 0, scale <= maximumScale else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
    return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
  }
}
