/// Why a text is not JSON (RFC 8259), and where.
public struct JSONError: Error, Equatable, Sendable {
  /// The rule that was broken.
  public enum Reason: Equatable, Sendable {
    case notAnObject
    case unexpectedEnd
    case unexpectedByte(UInt8, expected: StaticText)
    case controlCharacter(UInt8)
    case badEscape
    case badUTF8
    case tooDeep
    case trailingText
    case byteOrderMark
  }

  /// A literal, comparable where `StaticString` is not.
  public struct StaticText: Equatable, Sendable, ExpressibleByStringLiteral {
    let text: String
    /// From a literal.
    public init(stringLiteral text: String) { self.text = text }
  }

  /// The rule that was broken.
  public let reason: Reason
  /// Where: an offset in bytes from the start of the text, 0-based.
  public let offset: Int
}

extension JSONError: CustomStringConvertible {
  /// What is wrong, as a clause that follows a colon; columns are 1-based bytes, as editors count.
  public var description: String {
    switch reason {
    case .notAnObject: "not a JSON object"
    case .unexpectedEnd: "the JSON text ends early"
    case .unexpectedByte(let byte, let expected):
      "\(Self.show(byte)) where \(expected.text) belongs, at byte \(offset + 1)"
    case .controlCharacter(let byte):
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
