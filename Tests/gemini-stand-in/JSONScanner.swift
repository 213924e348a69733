/// A JSON value of a request, as its bytes have it.
///
/// Strings stay ranges into the body: a base64 image of many kilobytes costs
/// two `memchr` here, and is decoded only by whoever needs it.
indirect enum JSON {
  case null
  case bool(Bool)
  /// The number's characters.
  case number(Range<Int>)
  /// The characters between the quotes, escapes as they came.
  case string(Range<Int>, escaped: Bool)
  case array([JSON])
  case object([(key: String, value: JSON)])
}

/// What was wrong with a text that is not JSON, and at which byte.
struct JSONSyntaxError: Error {
  let expected: String
  let offset: Int
}

/// Parses RFC 8259 text into `JSON`.
struct JSONScanner {
  /// Google's parser gives up at a depth of 100.
  static let maximumDepth = 100

  private let bytes: [UInt8]
  private var position = 0

  static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSON {
    var scanner = JSONScanner(bytes: bytes)
    let value = try scanner.value(depth: 0)
    scanner.skipSpace()
    guard scanner.position == bytes.count else { throw scanner.expected("end of text") }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func expected(_ what: String) -> JSONSyntaxError {
    JSONSyntaxError(expected: what, offset: position)
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSON {
    guard depth <= Self.maximumDepth else { throw expected("less nesting") }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""):
      let (range, escaped) = try string()
      return .string(range, escaped: escaped)
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
      return try number()
    default: throw expected("a value")
    }
  }

  private mutating func word(_ text: String, _ value: JSON) throws(JSONSyntaxError) -> JSON {
    guard bytes[position...].starts(with: text.utf8) else { throw expected("a value") }
    position += text.utf8.count
    return value
  }

  private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSON {
    var elements: [JSON] = []
    position += 1
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array(elements) }
      guard take(UInt8(ascii: ",")) else { throw expected(", or ] after array element") }
    }
  }

  private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSON {
    var members: [(key: String, value: JSON)] = []
    position += 1
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw expected("an object key or }") }
      let (range, escaped) = try string()
      guard let key = JSONScanner.decode(bytes[range], escaped: escaped) else {
        throw expected("a well-formed object key")
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw expected(": between key:value pair") }
      members.append((key, try value(depth: depth + 1)))
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { throw expected(", or } after key:value pair") }
    }
  }

  private mutating func number() throws(JSONSyntaxError) -> JSON {
    let start = position
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    return .number(start..<position)
  }

  private mutating func digits() throws(JSONSyntaxError) {
    let start = position
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    guard position > start else { throw expected("a digit") }
  }

  /// Finds the end of the string that opens at `position`.
  private mutating func string() throws(JSONSyntaxError) -> (Range<Int>, escaped: Bool) {
    let start = position + 1
    guard let quote = bytes.firstOffset(of: UInt8(ascii: "\""), from: start) else {
      throw expected("closing quote")
    }
    guard let backslash = bytes.firstOffset(of: UInt8(ascii: "\\"), in: start..<quote) else {
      position = quote + 1
      return (start..<quote, false)
    }
    position = backslash
    while let byte = next, byte != UInt8(ascii: "\"") {
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    guard position < bytes.count else { throw expected("closing quote") }
    defer { position += 1 }
    return (start..<position, true)
  }
}
