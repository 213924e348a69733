/// Walks over JSON texts (RFC 8259) without building anything: every byte is
/// checked, UTF-8 included, and nothing is decoded.
///
/// Each function takes the text and an index and leaves the index behind what
/// it walked over. Strings are read eight bytes at a time, since a row is
/// mostly one base64 string.
enum JSONScanner {
  /// Arrays and objects may nest this deep. Python's reader stops near 1,000.
  static let maximumDepth = 1_000

  /// The byte at `index`, or NUL at the end, which belongs nowhere in JSON.
  @inline(__always)
  static func byte(_ text: Span<UInt8>, _ index: Int) -> UInt8 {
    // Within bounds: an index starts at 0 and only grows.
    index < text.count ? unsafe text[unchecked: index] : 0
  }

  /// Skips the four characters that JSON calls white space.
  @inline(__always)
  static func skipSpace(_ text: Span<UInt8>, _ index: inout Int) {
    while true {
      let byte = byte(text, index)
      // One comparison for what most often stands here: no white space.
      if byte > 0x20 { return }
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      index &+= 1
    }
  }

  /// Consumes `byte` or says what stands in its place.
  @inline(__always)
  static func expect(
    _ byte: UInt8, _ expected: JSONError.Expectation, _ text: Span<UInt8>, _ index: inout Int
  ) throws(JSONError) {
    guard self.byte(text, index) == byte else { throw unexpected(text, index, expected) }
    index &+= 1
  }

  /// Skips one value of any kind, white space before it included.
  static func skipValue(_ text: Span<UInt8>, _ index: inout Int) throws(JSONError) {
    skipSpace(text, &index)
    switch byte(text, index) {
    case UInt8(ascii: "{"), UInt8(ascii: "["): try skipNested(text, &index)
    default: try skipScalar(text, &index)
    }
  }

  /// Skips an array or object. A loop and not a recursion, so that depth
  /// costs a bit of `nesting` and never the stack.
  private static func skipNested(_ text: Span<UInt8>, _ index: inout Int) throws(JSONError) {
    var nesting = Nesting()
    while true {
      // A value begins here.
      skipSpace(text, &index)
      let byte = byte(text, index)
      if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
        guard nesting.push(isObject: byte == UInt8(ascii: "{")) else {
          throw JSONError(reason: .tooDeep, offset: index)
        }
        index += 1
        skipSpace(text, &index)
        guard self.byte(text, index) == nesting.closer else {
          if nesting.isInObject { try skipKey(text, &index) }
          continue
        }
        index += 1
        nesting.pop()
      } else {
        try skipScalar(text, &index)
      }
      // A value ended here: go up as far as it closes, or on to the next.
      while true {
        if nesting.isEmpty { return }
        skipSpace(text, &index)
        if self.byte(text, index) == UInt8(ascii: ",") {
          index += 1
          if nesting.isInObject {
            skipSpace(text, &index)
            try skipKey(text, &index)
          }
          break
        }
        try expect(
          nesting.closer, nesting.isInObject ? .commaOrBrace : .commaOrBracket, text, &index)
        nesting.pop()
      }
    }
  }

  private static func skipKey(_ text: Span<UInt8>, _ index: inout Int) throws(JSONError) {
    try skipString(text, &index, expected: .key)
    skipSpace(text, &index)
    try expect(UInt8(ascii: ":"), .colon, text, &index)
  }

  @inline(__always)
  private static func skipScalar(_ text: Span<UInt8>, _ index: inout Int) throws(JSONError) {
    switch byte(text, index) {
    case UInt8(ascii: "\""): try skipString(text, &index)
    case UInt8(ascii: "t"): try skipLiteral("true", text, &index)
    case UInt8(ascii: "f"): try skipLiteral("false", text, &index)
    case UInt8(ascii: "n"): try skipLiteral("null", text, &index)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try skipNumber(text, &index)
    default: throw unexpected(text, index, .value)
    }
  }

  private static func skipLiteral(
    _ literal: StaticString, _ text: Span<UInt8>, _ index: inout Int
  ) throws(JSONError) {
    for offset in 0..<literal.utf8CodeUnitCount {
      guard unsafe byte(text, index) == literal.utf8Start[offset] else {
        throw unexpected(text, index, .literal)
      }
      index += 1
    }
  }

  /// Section 6: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
  @inline(__always)
  private static func skipNumber(_ text: Span<UInt8>, _ index: inout Int) throws(JSONError) {
    if byte(text, index) == UInt8(ascii: "-") { index &+= 1 }
    if byte(text, index) == UInt8(ascii: "0") {
      index &+= 1
    } else {
      try skipDigits(text, &index)
    }
    if byte(text, index) == UInt8(ascii: ".") {
      index += 1
      try skipDigits(text, &index)
    }
    if byte(text, index) | 0x20 == UInt8(ascii: "e") {
      index &+= 1
      let sign = byte(text, index)
      if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { index &+= 1 }
      try skipDigits(text, &index)
    }
  }

  @inline(__always)
  private static func skipDigits(_ text: Span<UInt8>, _ index: inout Int) throws(JSONError) {
    let start = index
    while byte(text, index) &- UInt8(ascii: "0") < 10 { index &+= 1 }
    guard index > start else { throw unexpected(text, index, .digit) }
  }

  static func unexpected(
    _ text: Span<UInt8>, _ index: Int, _ expected: JSONError.Expectation
  ) -> JSONError {
    guard index < text.count else { return JSONError(reason: .unexpectedEnd, offset: index) }
    return JSONError(
      reason: .unexpectedByte, offset: index, byte: text[index], expectation: expected)
  }
}

/// Which of the open brackets are objects: a stack of bits.
private struct Nesting {
  private var bits = InlineArray<16, UInt64>(repeating: 0)
  private var depth = 0

  var isEmpty: Bool { depth == 0 }
  private(set) var isInObject = false
  var closer: UInt8 { isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]") }

  /// Returns whether there was room.
  mutating func push(isObject: Bool) -> Bool {
    guard depth < JSONScanner.maximumDepth else { return false }
    let bit: UInt64 = 1 << UInt64(depth % 64)
    if isObject { bits[depth / 64] |= bit } else { bits[depth / 64] &= ~bit }
    depth += 1
    isInObject = isObject
    return true
  }

  mutating func pop() {
    depth -= 1
    guard depth > 0 else { return }
    isInObject = bits[(depth - 1) / 64] & (1 << UInt64((depth - 1) % 64)) != 0
  }
}
