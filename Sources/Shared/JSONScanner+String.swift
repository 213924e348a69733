extension JSONScanner {
  /// Skips a string, quotes included, checking escapes and UTF-8.
  @inline(__always)
  static func skipString(
    _ text: Span<UInt8>, _ index: inout Int, expected: JSONError.Expectation = .string
  ) throws(JSONError) {
    try expect(UInt8(ascii: "\""), expected, text, &index)
    while true {
      skipPlain(text, &index)
      let byte = byte(text, index)
      if byte == UInt8(ascii: "\"") {
        index &+= 1
        return
      }
      switch byte {
      case UInt8(ascii: "\\"): try skipEscape(text, &index)
      case 0x80...: try skipMultibyte(text, &index)
      default:
        guard index < text.count else { throw JSONError(reason: .unexpectedEnd, offset: index) }
        throw JSONError(reason: .controlCharacter, offset: index, byte: byte)
      }
    }
  }

  /// Moves to the first byte that is not plain: a quote, a backslash, a
  /// control character or a byte beyond ASCII. Sixteen bytes at a time; as
  /// signed numbers the last two kinds are those below the space.
  @inline(__always)
  private static func skipPlain(_ text: Span<UInt8>, _ index: inout Int) {
    while index &+ 16 <= text.count {
      // Within bounds: the loop's condition leaves sixteen bytes.
      let block = unsafe text.bytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: index, as: SIMD16<Int8>.self)
      let stops = specialBytes(block)
      if stops != 0 {
        index &+= stops.littleEndian.trailingZeroBitCount / 8
        return
      }
      index &+= 16
    }
    while true {
      let byte = byte(text, index)
      if byte < 0x20 || byte >= 0x80 || byte == 0x22 || byte == 0x5C { return }
      index &+= 1
    }
  }

  /// All bits set of each byte that is not plain, the first byte lowest.
  @inline(__always)
  private static func specialBytes(_ block: SIMD16<Int8>) -> UInt128 {
    // Masks have no `|` of their own that is not slow.
    unsafe unsafeBitCast(block .< SIMD16<Int8>(repeating: 0x20), to: UInt128.self)
      | unsafeBitCast(block .== SIMD16<Int8>(repeating: 0x22), to: UInt128.self)
      | unsafeBitCast(block .== SIMD16<Int8>(repeating: 0x5C), to: UInt128.self)
  }

  /// Section 7: `\` and one of `"\/bfnrt`, or `u` and four hexadecimal digits.
  /// Surrogates need not be paired (section 8.2 leaves them to the reader).
  private static func skipEscape(_ text: Span<UInt8>, _ index: inout Int) throws(JSONError) {
    let start = index
    guard index + 1 < text.count else {
      throw JSONError(reason: .unexpectedEnd, offset: text.count)
    }
    switch text[index + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      index += 2
    case UInt8(ascii: "u"):
      guard index + 6 <= text.count else {
        throw JSONError(reason: .unexpectedEnd, offset: text.count)
      }
      for offset in 2..<6 where hexDigit(text[index + offset]) == nil {
        throw JSONError(reason: .badEscape, offset: start)
      }
      index += 6
    default:
      throw JSONError(reason: .badEscape, offset: start)
    }
  }

  /// Skips one character of two to four bytes, by table 3-7 of the Unicode
  /// Standard: no overlong forms, no surrogates, nothing over U+10FFFF.
  private static func skipMultibyte(_ text: Span<UInt8>, _ index: inout Int) throws(JSONError) {
    guard let length = UTF8Check.sequenceLength(text, at: index) else {
      throw JSONError(reason: .badUTF8, offset: index)
    }
    index += length
  }

  static func hexDigit(_ byte: UInt8) -> UInt16? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}

/// UTF-8 as the Unicode Standard defines it (table 3-7).
enum UTF8Check {
  /// The length in bytes, 1 to 4, of the character at `index`; nil if what
  /// stands there is not a character.
  static func sequenceLength(_ text: Span<UInt8>, at index: Int) -> Int? {
    let lead = text[index]
    let length: Int
    let second: ClosedRange<UInt8>
    switch lead {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return nil
    }
    guard index + length <= text.count, second.contains(text[index + 1]) else { return nil }
    for offset in 2..<max(length, 2) where text[index + offset] & 0xC0 != 0x80 { return nil }
    return length
  }
}
