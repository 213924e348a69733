/// Strings as JSON writes them (RFC 8259, section 7), in both directions.
public enum JSONText {
  /// Appends `utf8` in quotes, with only the escapes that JSON demands: the
  /// quote, the backslash and control characters. The rest stays UTF-8.
  ///
  /// - Parameter utf8: sound UTF-8; it is not checked again.
  public static func appendQuoted(_ utf8: [UInt8], to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    appendEscaped(utf8.span, to: &output)
    output.append(UInt8(ascii: "\""))
  }

  /// Appends a string in quotes.
  public static func appendQuoted(_ string: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    appendEscaped(string.utf8Span.span, to: &output)
    output.append(UInt8(ascii: "\""))
  }

  /// `string` in quotes.
  public static func quoted(_ string: String) -> [UInt8] {
    var output: [UInt8] = []
    appendQuoted(string, to: &output)
    return output
  }

  /// Appends `utf8` escaped as in `appendQuoted`, without the quotes.
  public static func appendEscaped(_ utf8: Span<UInt8>, to output: inout [UInt8]) {
    // What needs no escape is copied in stretches.
    var start = 0
    for index in 0..<utf8.count {
      let byte = utf8[index]
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
        continue
      }
      output.append(utf8.extracting(start..<index))
      appendEscape(of: byte, to: &output)
      start = index + 1
    }
    output.append(utf8.extracting(start...))
  }

  /// Appends the shortest escape of a byte that needs one.
  public static func appendEscape(of byte: UInt8, to output: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      output.append(UInt8(ascii: "\\"))
      output.append(byte)
    case 0x0A: output += "\\n".utf8
    case 0x0D: output += "\\r".utf8
    case 0x09: output += "\\t".utf8
    case 0x08: output += "\\b".utf8
    case 0x0C: output += "\\f".utf8
    default: appendUnicodeEscape(UInt16(byte), to: &output)
    }
  }

  /// Appends any bytes in quotes. What is not UTF-8 becomes, byte by byte,
  /// the lone surrogate `\udc80`…`\udcff`, as in Python's `surrogateescape`
  /// (PEP 383), so that nothing is lost: there
  /// `json.loads(text).encode("utf-8", "surrogateescape")` gives the bytes
  /// back.
  public static func appendQuotedLossless(_ bytes: [UInt8], to output: inout [UInt8]) {
    appendQuotedLossless(bytes.span, to: &output)
  }

  /// The same for bytes that lie anywhere.
  public static func appendQuotedLossless(_ span: Span<UInt8>, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    var index = 0
    var plainStart = 0
    while index < span.count {
      if let length = UTF8Check.sequenceLength(span, at: index) {
        index += length
        continue
      }
      appendEscaped(span.extracting(plainStart..<index), to: &output)
      appendUnicodeEscape(0xDC00 + UInt16(span[index]), to: &output)
      index += 1
      plainStart = index
    }
    appendEscaped(span.extracting(plainStart...), to: &output)
    output.append(UInt8(ascii: "\""))
  }

  /// Appends a whole number.
  public static func append(_ value: Int64, to output: inout [UInt8]) {
    // The longest is -9223372036854775808.
    var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "-"))
    var start = 20
    var rest = value.magnitude
    repeat {
      start -= 1
      digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    if value < 0 { start -= 1 }
    output.append(addingCapacity: 20 - start) { span in
      for place in start..<20 { span.append(digits[place]) }
    }
  }

  /// Appends `\u` and four lower-case hexadecimal digits.
  public static func appendUnicodeEscape(_ unit: UInt16, to output: inout [UInt8]) {
    output += "\\u".utf8
    for shift in [12, 8, 4, 0] {
      let digit = UInt8(truncatingIfNeeded: (unit >> UInt16(shift)) & 0xF)
      output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// The characters, as UTF-8, of what stood between two quotes of a sound
  /// JSON text. Lone surrogates become U+FFFD.
  public static func decoded(_ text: Span<UInt8>) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      let byte = text[index]
      guard byte == UInt8(ascii: "\\"), index + 1 < text.count else {
        output.append(byte)
        index += 1
        continue
      }
      let escape = text[index + 1]
      if escape == UInt8(ascii: "u") {
        output += Array(Character(decodeUnicodeEscape(text, &index)).utf8)
      } else {
        output.append(unescaped(escape))
        index += 2
      }
    }
    return output
  }

  /// Reads the escape at `index`, and its partner if it is the first half of
  /// a surrogate pair.
  private static func decodeUnicodeEscape(
    _ text: Span<UInt8>, _ index: inout Int
  ) -> UnicodeScalar {
    let replacement: UnicodeScalar = "\u{FFFD}"
    guard let first = codeUnit(text, at: index) else {
      index += 2
      return replacement
    }
    index += 6
    if let scalar = UnicodeScalar(first) { return scalar }
    guard first < 0xDC00, let second = codeUnit(text, at: index),
      (0xDC00...0xDFFF).contains(second)
    else { return replacement }
    index += 6
    let offset = (UInt32(first) - 0xD800) << 10 | (UInt32(second) - 0xDC00)
    return UnicodeScalar(0x1_0000 + offset) ?? replacement
  }

  /// The value of `\uXXXX` at `index`; nil if that is not what stands there.
  public static func codeUnit(_ text: Span<UInt8>, at index: Int) -> UInt16? {
    guard index + 6 <= text.count, text[index] == UInt8(ascii: "\\"),
      text[index + 1] == UInt8(ascii: "u")
    else { return nil }
    var unit: UInt16 = 0
    for offset in 2..<6 {
      guard let digit = JSONScanner.hexDigit(text[index + offset]) else { return nil }
      unit = unit << 4 | digit
    }
    return unit
  }

  private static func unescaped(_ escape: UInt8) -> UInt8 {
    switch escape {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: escape
    }
  }

  /// Whether what stood between two quotes, escapes decoded, is `name`. No
  /// escape is shorter than what it stands for.
  static func spells(_ text: Span<UInt8>, _ name: String) -> Bool {
    let length = name.utf8.count
    guard text.count > length else { return text.count == length && equals(text, name) }
    return text.contains(UInt8(ascii: "\\")) && equals(decoded(text).span, name)
  }

  private static func equals(_ text: Span<UInt8>, _ name: String) -> Bool {
    let bytes = name.utf8Span.span
    guard text.count == bytes.count else { return false }
    for index in text.indices where text[index] != bytes[index] { return false }
    return true
  }
}

extension Span<UInt8> {
  func contains(_ byte: UInt8) -> Bool {
    for index in indices where self[index] == byte { return true }
    return false
  }
}
