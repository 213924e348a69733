/// A JSON value that is ours: a request after its types were checked, or an answer.
indirect enum Value: Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  /// A `bytes` field of a request: its base64 characters, not yet decoded.
  case data(ArraySlice<UInt8>)
  case array([Value])
  case object([(key: String, value: Value)])

  subscript(key: String) -> Value? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.key == key }?.value
  }

  var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  var int: Int? {
    guard case .int(let number) = self else { return nil }
    return number
  }

  var double: Double? {
    switch self {
    case .double(let number): number
    case .int(let number): Double(number)
    default: nil
    }
  }

  var bool: Bool? {
    guard case .bool(let flag) = self else { return nil }
    return flag
  }

  var array: [Value] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }

  var members: [(key: String, value: Value)] {
    guard case .object(let members) = self else { return [] }
    return members
  }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral text: String) { self = .string(text) }
  init(integerLiteral number: Int) { self = .int(number) }
  init(booleanLiteral flag: Bool) { self = .bool(flag) }
  init(arrayLiteral elements: Value...) { self = .array(elements) }
  init(dictionaryLiteral members: (String, Value)...) {
    self = .object(members.map { (key: $0.0, value: $0.1) })
  }
}

extension Value {
  /// The text that the API would send: indented by two spaces, a newline at the end.
  var pretty: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(1024)
    append(to: &out, indent: 0)
    out.append(UInt8(ascii: "\n"))
    return out
  }

  /// One line, for the log and for JSON inside an answer's text.
  var compact: [UInt8] {
    var out: [UInt8] = []
    append(to: &out, indent: nil)
    return out
  }

  private func append(to out: inout [UInt8], indent: Int?) {
    switch self {
    case .null, .data: out.append(contentsOf: "null".utf8)
    case .bool(let flag): out.append(contentsOf: (flag ? "true" : "false").utf8)
    case .int(let number): out.append(contentsOf: String(number).utf8)
    case .double(let number): out.append(contentsOf: String(number).utf8)
    case .string(let text): Value.appendQuoted(text, to: &out)
    case .array(let elements):
      Value.appendList("[", elements, "]", to: &out, indent: indent) { element, out, indent in
        element.append(to: &out, indent: indent)
      }
    case .object(let members):
      Value.appendList("{", members, "}", to: &out, indent: indent) { member, out, indent in
        Value.appendQuoted(member.key, to: &out)
        out.append(contentsOf: (indent == nil ? ":" : ": ").utf8)
        member.value.append(to: &out, indent: indent)
      }
    }
  }

  private static func appendList<Item>(
    _ open: String, _ items: [Item], _ close: String, to out: inout [UInt8], indent: Int?,
    _ appendItem: (Item, inout [UInt8], Int?) -> Void
  ) {
    out.append(contentsOf: open.utf8)
    for (index, item) in items.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      if let indent { newLine(indent + 2, to: &out) }
      appendItem(item, &out, indent.map { $0 + 2 })
    }
    if let indent, !items.isEmpty { newLine(indent, to: &out) }
    out.append(contentsOf: close.utf8)
  }

  private static func newLine(_ indent: Int, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\n"))
    out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
  }

  private static func appendQuoted(_ text: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    if text.utf8.contains(where: mustBeEscaped) {
      for byte in text.utf8 { appendEscaped(byte, to: &out) }
    } else {
      out.append(contentsOf: text.utf8)
    }
    out.append(UInt8(ascii: "\""))
  }

  private static func mustBeEscaped(_ byte: UInt8) -> Bool { escapes[Int(byte)] != nil }

  private static func appendEscaped(_ byte: UInt8, to out: inout [UInt8]) {
    if let escape = escapes[Int(byte)] {
      out.append(contentsOf: escape.utf8)
    } else {
      out.append(byte)
    }
  }

  /// What RFC 8259 asks for and, as the API does, what HTML gives a meaning.
  private static let escapes: [String?] = {
    var escapes = [String?](repeating: nil, count: 256)
    for code in Array(0..<0x20) + "<>&='".utf8.map(Int.init) {
      let hex = String(code, radix: 16)
      escapes[code] = "\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex
    }
    for (character, letter) in zip("\u{08}\u{0C}\n\r\t\"\\".utf8, "bfnrt\"\\") {
      escapes[Int(character)] = "\\\(letter)"
    }
    return escapes
  }()
}
