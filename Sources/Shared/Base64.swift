/// Base64 with the standard alphabet and padding (RFC 4648, section 4).
///
/// Ours, since Swift has none without Foundation's; both directions go
/// through tables, three bytes against four characters at a time.
public enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")

  /// Two characters for each value of 12 bits, low byte first.
  private static let pairs: [UInt16] = (0..<4096).map {
    UInt16(alphabet[$0 >> 6]) | UInt16(alphabet[$0 & 63]) << 8
  }

  /// The six bits of each character, 0xFF for what is none.
  private static let values: [UInt8] = {
    var table = [UInt8](repeating: 0xFF, count: 256)
    for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
    return table
  }()

  /// The number of characters that `count` bytes take.
  public static func encodedCount(_ count: Int) -> Int { (count + 2) / 3 * 4 }

  /// Appends the base64 text of `bytes`.
  public static func encode(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
    var place = output.count
    output.append(contentsOf: repeatElement(padding, count: encodedCount(bytes.count)))
    var target = output.mutableSpan
    var characters = unsafe target.mutableBytes
    let pairs = Self.pairs.span
    var index = 0
    // The last group is left to those below: four bytes are read for three.
    while index + 4 <= bytes.count {
      // Within bounds: the loop's condition leaves four bytes, there are four
      // places for each three of them, and 12 bits index 4,096 pairs.
      let bits = unsafe Int(
        bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt32.self).bigEndian
          >> 8)
      let group =
        unsafe UInt32(pairs[unchecked: bits >> 12]) | UInt32(pairs[unchecked: bits & 0xFFF]) << 16
      unsafe characters.storeBytes(
        of: group.littleEndian, toUncheckedByteOffset: place, as: UInt32.self)
      index += 3
      place += 4
    }
    guard index < bytes.count else { return }
    let rest = bytes.count - index
    let bits = (0..<rest).reduce(0) { $0 | Int(bytes[index + $1]) << (16 - 8 * $1) }
    for character in 0...rest {
      target[place + character] = alphabet[bits >> (18 - 6 * character) & 63]
    }
  }

  /// The bytes that `text` stands for; nil unless it is base64 to the letter:
  /// whole groups of four, padded, no white space, unused bits zero.
  public static func decode(_ text: Span<UInt8>) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    guard text.count > 0 else { return [] }
    var tail = 0
    if text[text.count - 1] == padding { tail = text[text.count - 2] == padding ? 1 : 2 }
    let whole = tail == 0 ? text.count : text.count - 4
    var output = [UInt8](repeating: 0, count: whole / 4 * 3)
    guard decodeGroups(text, whole, to: &output) else { return nil }
    guard tail > 0 else { return output }
    let first = values[Int(text[whole])]
    let second = values[Int(text[whole + 1])]
    let third = tail == 2 ? values[Int(text[whole + 2])] : 0
    guard first | second | third < 64 else { return nil }
    output.append(first << 2 | second >> 4)
    if tail == 2 { output.append(second << 4 | third >> 2) }
    let unused = tail == 2 ? third & 0x03 : second & 0x0F
    return unused == 0 ? output : nil
  }

  /// Decodes the groups of four before `whole`; false if a character is none
  /// of the alphabet. Looked at once at the end: 0xFF leaves its mark.
  private static func decodeGroups(
    _ text: Span<UInt8>, _ whole: Int, to output: inout [UInt8]
  ) -> Bool {
    var target = output.mutableSpan
    let values = Self.values.span
    var marks: UInt8 = 0
    var place = 0
    var index = 0
    while index < whole {
      // Within bounds: `whole` is a multiple of 4 within `text`, `target`
      // holds 3 places for each 4 of them, and a byte indexes 256 values.
      let first = unsafe values[unchecked: Int(text[unchecked: index])]
      let second = unsafe values[unchecked: Int(text[unchecked: index + 1])]
      let third = unsafe values[unchecked: Int(text[unchecked: index + 2])]
      let fourth = unsafe values[unchecked: Int(text[unchecked: index + 3])]
      marks |= first | second | third | fourth
      unsafe target[unchecked: place] = first << 2 | second >> 4
      unsafe target[unchecked: place + 1] = second << 4 | third >> 2
      unsafe target[unchecked: place + 2] = third << 6 | fourth
      index += 4
      place += 3
    }
    return marks < 64
  }
}
