/// A value inside a row: a stretch of its text, already known to be sound.
public struct JSONValue: Sendable {
  private let storage: [UInt8]
  private let range: Range<Int>

  /// The six kinds of RFC 8259, section 3.
  public enum Kind: String, Sendable {
    case object, array, string, number, boolean, null

    /// Told by the first byte of a sound value.
    init(firstByte: UInt8) {
      switch firstByte {
      case UInt8(ascii: "{"): self = .object
      case UInt8(ascii: "["): self = .array
      case UInt8(ascii: "\""): self = .string
      case UInt8(ascii: "t"), UInt8(ascii: "f"): self = .boolean
      case UInt8(ascii: "n"): self = .null
      default: self = .number
      }
    }
  }

  /// - Parameter range: what part of `storage` the value is; it must be one
  ///   sound JSON value without white space around it.
  init(storage: [UInt8], range: Range<Int>) {
    self.storage = storage
    self.range = range
  }

  /// The bytes as they stand in the row.
  public var text: ArraySlice<UInt8> { storage[range] }

  /// What the value is.
  public var kind: Kind { Kind(firstByte: storage[range.lowerBound]) }

  /// Whether it is `null`.
  public var isNull: Bool { kind == .null }

  /// What stands between the quotes of a string, escapes as they came; nil
  /// if the value is not a string.
  public var quotedText: ArraySlice<UInt8>? {
    kind == .string ? storage[(range.lowerBound + 1)..<(range.upperBound - 1)] : nil
  }

  /// A string's characters as UTF-8. Escapes of lone surrogates, which UTF-8
  /// cannot hold, become U+FFFD.
  public var utf8: [UInt8]? {
    quotedText.map { JSONText.decoded($0.span) }
  }

  /// A string's characters.
  public var string: String? {
    utf8.map { String(decoding: $0, as: UTF8.self) }
  }

  /// A number without fraction or exponent that fits.
  public var integer: Int? {
    kind == .number ? Int(String(decoding: text, as: UTF8.self)) : nil
  }

  /// The value of an object's key, of a doubled one the last; nil if there is
  /// none or this is no object. For many keys take `object`.
  public subscript(name: String) -> JSONValue? { object?[name] }

  /// Its members, found once for all that is looked up; nil if this is no object.
  public var object: JSONObject? {
    guard kind == .object else { return nil }
    var members: [MemberScan.Member] = []
    forEachMember { member, _ in members.append(member) }
    return JSONObject(storage: storage, members: members)
  }

  /// The members of an object in their order, doubled names included; nil if
  /// this is no object.
  public var members: [(name: String, value: JSONValue)]? {
    guard kind == .object else { return nil }
    var found: [(name: String, value: JSONValue)] = []
    forEachMember { member, text in
      let name = String(decoding: JSONText.decoded(member.nameText(text)), as: UTF8.self)
      found.append((name, JSONValue(storage: storage, range: member.value)))
    }
    return found
  }

  /// Walks over the members of an object; does nothing if this is none.
  private func forEachMember(_ body: (MemberScan.Member, Span<UInt8>) -> Void) {
    guard kind == .object else { return }
    let text = storage.span
    var scan = MemberScan(from: range.lowerBound + 1)
    // The text is known to be sound, so this throws nothing.
    while let member = try? scan.next(text) { body(member, text) }
  }

  /// The keys of an object in their order, escapes decoded; nil if this is no object.
  public var keys: [String]? { members?.map(\.name) }

  /// The elements of an array; nil if this is no array.
  public var elements: [JSONValue]? {
    guard kind == .array else { return nil }
    let span = storage.span
    var found: [JSONValue] = []
    var index = range.lowerBound + 1
    JSONScanner.skipSpace(span, &index)
    while index < range.upperBound - 1 {
      let start = index
      guard (try? JSONScanner.skipValue(span, &index)) != nil else { return nil }
      found.append(JSONValue(storage: storage, range: start..<index))
      JSONScanner.skipSpace(span, &index)
      index += 1  // the comma, or the closing bracket
      JSONScanner.skipSpace(span, &index)
    }
    return found
  }
}

extension JSONValue {
  /// Reads a whole text that may be any JSON value, such as an answer of a
  /// server, white space around it allowed.
  public init(parsing text: [UInt8]) throws(JSONError) {
    let span = text.span
    var index = 0
    JSONScanner.skipSpace(span, &index)
    let start = index
    try JSONScanner.skipValue(span, &index)
    let end = index
    JSONScanner.skipSpace(span, &index)
    guard index == span.count else { throw JSONError(reason: .trailingText, offset: index) }
    self.init(storage: text, range: start..<end)
  }
}

extension JSONValue {
  /// Reads the value at `index` of a text that may go on behind it, white space
  /// before it allowed, and moves `index` to its end.
  public init(in text: [UInt8], at index: inout Int) throws(JSONError) {
    let span = text.span
    JSONScanner.skipSpace(span, &index)
    let start = index
    try JSONScanner.skipValue(span, &index)
    self.init(storage: text, range: start..<index)
  }
}

/// An object inside a row whose members have been found.
public struct JSONObject: Sendable {
  fileprivate let storage: [UInt8]
  fileprivate let members: [MemberScan.Member]

  /// The value of a key, of a doubled one the last; nil if there is none.
  public subscript(name: String) -> JSONValue? {
    let text = storage.span
    for member in members.reversed() where member.isNamed(name, text) {
      return JSONValue(storage: storage, range: member.value)
    }
    return nil
  }
}
