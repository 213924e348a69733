/// Why a text is not JSON (RFC 8259), and where.
public struct JSONError: Error, Equatable, Sendable {
  /// The rule that was broken.
  public enum Reason: UInt8, Sendable {
    case notAnObject, unexpectedEnd, unexpectedByte, controlCharacter, badEscape, badUTF8
    case tooDeep, trailingText, byteOrderMark
  }

  /// What belongs where something else stands.
  public enum Expectation: String, Sendable {
    case value = "a value"
    case string = "a string"
    case key = "a key in quotes"
    case colon = "':'"
    case commaOrBrace = "',' or '}'"
    case commaOrBracket = "',' or ']'"
    case literal = "true, false or null"
    case digit = "a digit"
  }

  /// The rule that was broken.
  public let reason: Reason
  /// Where: an offset in bytes from the start of the text, 0-based.
  public let offset: Int
  /// What stands there, for the reasons that say so.
  public var byte: UInt8 = 0
  /// What belongs there, for `unexpectedByte`.
  public var expectation = Expectation.value

  /// The same of a text in which this one begins at an offset.
  public func moved(by count: Int) -> JSONError {
    JSONError(reason: reason, offset: offset + count, byte: byte, expectation: expectation)
  }
}

extension JSONError: CustomStringConvertible {
  /// What is wrong, as a clause that follows a colon; columns are 1-based bytes, as editors count.
  public var description: String {
    switch reason {
    case .notAnObject: "not a JSON object"
    case .unexpectedEnd: "the JSON text ends early"
    case .unexpectedByte:
      "\(Self.show(byte)) where \(expectation.rawValue) belongs, at byte \(offset + 1)"
    case .controlCharacter:
      "bare control character \(Self.show(byte)) in a string, at byte \(offset + 1)"
    case .badEscape: "bad escape in a string, at byte \(offset + 1)"
    case .badUTF8: "not UTF-8, at byte \(offset + 1)"
    case .tooDeep: "nested deeper than \(JSONScanner.maximumDepth) levels, at byte \(offset + 1)"
    case .trailingText: "more text after the object, at byte \(offset + 1)"
    case .byteOrderMark: "begins with a byte order mark; remove the first three bytes"
    }
  }

  private static func show(_ byte: UInt8) -> String {
    switch byte {
    case 0x21...0x7E: "'\(Character(UnicodeScalar(byte)))'"
    case 0x20: "a space"
    default: "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }
}
