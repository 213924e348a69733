import Shared

/// The value of a field of a record, whatever format it comes from.
enum FieldValue {
  case null
  /// Text that the format promises to be UTF-8.
  case text([UInt8])
  /// Bytes that the format does not call text.
  case bytes([UInt8])
  /// A number or a boolean as JSON spells it.
  case literal([UInt8])
  /// Any value as JSON, made to be written and for nothing else.
  case written([UInt8])
  case list([FieldValue])
  case group([(name: String, value: FieldValue)])
  /// A value of a JSON text, which goes through as it is spelled.
  case json(JSONValue)
  /// A path that cannot be followed, or a value that means nothing: why.
  case unreadable(String)
}

extension FieldValue {
  var isNull: Bool {
    switch self {
    case .null: true
    case .json(let value): value.isNull
    default: false
    }
  }

  var isNumber: Bool {
    switch self {
    case .literal(let text): text.first.map { $0 <= 0x39 } == true
    case .json(let value): value.kind == .number
    default: false
    }
  }

  /// A text's bytes, unchecked; nil if it is none.
  var utf8: [UInt8]? {
    switch self {
    case .text(let bytes): bytes
    case .json(let value): value.utf8
    default: nil
    }
  }

  /// A whole number, also one that is spelled as text.
  var integer: Int? {
    switch self {
    case .literal(let digits), .text(let digits): Int(String(decoding: digits, as: UTF8.self))
    case .json(let value): value.integer ?? value.string.flatMap { Int($0) }
    default: nil
    }
  }

  var elements: [FieldValue]? {
    switch self {
    case .list(let elements): elements
    case .json(let value): value.elements?.map { .json($0) }
    default: nil
    }
  }

  /// The names of a group's members; nil if it is no group.
  var names: [String]? {
    switch self {
    case .group(let members): members.map(\.name)
    case .json(let value): value.keys
    default: nil
    }
  }

  /// A member of a group; nil if there is none.
  subscript(name: String) -> FieldValue? {
    switch self {
    case .group(let members): members.first { $0.name == name }?.value
    case .json(let value): value[name].map { .json($0) }
    default: nil
    }
  }

  /// What it is, for messages.
  var kind: String {
    switch self {
    case .null: "null"
    case .text: "text"
    case .bytes: "bytes"
    case .literal: isNumber ? "a number" : "a boolean"
    case .written: "written"
    case .list: "a list"
    case .group: "a group"
    case .json(let value):
      switch value.kind {
      case .null: "null"
      case .string: "text"
      case .boolean: "a boolean"
      case .number: "a number"
      case .array: "a list"
      case .object: "a group"
      }
    case .unreadable: "not readable"
    }
  }

  /// Appends it as JSON, bytes that are no text as base64.
  func appendJSON(to line: inout [UInt8]) {
    switch self {
    case .null, .unreadable: line += "null".utf8
    case .text(let bytes): JSONText.appendQuotedLossless(bytes, to: &line)
    case .bytes(let bytes):
      line.append(UInt8(ascii: "\""))
      Base64.encode(bytes.span, to: &line)
      line.append(UInt8(ascii: "\""))
    case .literal(let text), .written(let text): line += text
    case .json(let value): FieldValue.append(value, to: &line)
    case .list(let elements):
      var separator = UInt8(ascii: "[")
      for element in elements {
        line.append(separator)
        element.appendJSON(to: &line)
        separator = UInt8(ascii: ",")
      }
      line += elements.isEmpty ? "[]".utf8 : "]".utf8
    case .group(let members):
      var separator = UInt8(ascii: "{")
      for (name, value) in members {
        line.append(separator)
        JSONText.appendQuoted(name, to: &line)
        line.append(UInt8(ascii: ":"))
        value.appendJSON(to: &line)
        separator = UInt8(ascii: ",")
      }
      line += members.isEmpty ? "{}".utf8 : "}".utf8
    }
  }

  /// As it is spelled; a list or a group without the white space between its
  /// tokens if there is a line feed in it, which a row has not.
  private static func append(_ value: JSONValue, to line: inout [UInt8]) {
    let isNested = value.kind == .object || value.kind == .array
    guard isNested, value.text.contains(where: { $0 == 0x0A || $0 == 0x0D }) else {
      line += value.text
      return
    }
    var isInString = false
    var isEscaped = false
    for byte in value.text {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
      } else if byte == UInt8(ascii: "\"") {
        isInString = true
      } else if byte <= 0x20 {
        continue
      }
      line.append(byte)
    }
  }
}
