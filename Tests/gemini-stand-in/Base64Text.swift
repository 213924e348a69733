/// Base64 as the proto JSON parser takes it: the standard or the URL alphabet,
/// with or without padding, nothing else between.
enum Base64Text {
  static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var body = text
    var padding = 0
    while body.last == UInt8(ascii: "=") {
      body.removeLast()
      padding += 1
    }
    guard padding <= 2, body.count % 4 != 1, padding == 0 || text.count % 4 == 0 else { return nil }
    var out: [UInt8] = []
    out.reserveCapacity(body.count / 4 * 3 + 3)
    var bits: UInt32 = 0
    var pending = 0
    for byte in body {
      let value = values[Int(byte)]
      guard value < 64 else { return nil }
      bits = bits << 6 | UInt32(value)
      pending += 6
      if pending >= 8 {
        pending -= 8
        out.append(UInt8(truncatingIfNeeded: bits >> UInt32(pending)))
      }
    }
    return out
  }

  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 64, count: 256)
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    for (index, byte) in alphabet.utf8.enumerated() { values[Int(byte)] = UInt8(index) }
    for (plus, slash) in zip("+-".utf8, "/_".utf8) {
      values[Int(plus)] = 62
      values[Int(slash)] = 63
    }
    return values
  }()
}
