/// One row: a line that holds one JSON object, with the places of its
/// top-level keys. The text is checked strictly (RFC 8259, UTF-8) and kept
/// byte for byte; nothing is decoded before somebody asks.
public struct Row: Sendable {
  /// The text of the object, without the line feed.
  public let line: [UInt8]
  /// The members in the order in which they stand.
  let members: [Member]
  /// Offset of the closing brace.
  private let end: Int
  /// For each `RowKey` the last member of that name, or -1. The last wins
  /// where a key is doubled, as in Python and jq.
  private var places = InlineArray<12, Int16>(repeating: -1)

  struct Member: Sendable {
    /// Offset of the key's opening quote.
    var start: UInt32
    /// Offsets of the value, white space around it excluded.
    var valueStart: UInt32
    var valueEnd: UInt32
    /// Length of the key in bytes, quotes excluded, escapes as they stand.
    var keyLength: UInt32
    var key: RowKey?
  }

  /// Reads `line`, which must be one JSON object and nothing more.
  public init(line: [UInt8]) throws(JSONError) {
    self.line = line
    let text = line.span
    var index = 0
    JSONScanner.skipSpace(text, &index)
    guard JSONScanner.byte(text, index) == UInt8(ascii: "{") else {
      if line.starts(with: [0xEF, 0xBB, 0xBF]) {
        throw JSONError(reason: .byteOrderMark, offset: 0)
      }
      throw JSONError(reason: .notAnObject, offset: index)
    }
    index += 1
    (members, end) = try Self.scanMembers(text, &index)
    JSONScanner.skipSpace(text, &index)
    guard index == text.count else { throw JSONError(reason: .trailingText, offset: index) }
    for place in members.indices {
      if let key = members[place].key, place <= Int16.max { places[key.place] = Int16(place) }
    }
  }

  /// Walks from behind the opening brace to behind the closing one.
  static func scanMembers(
    _ text: Span<UInt8>, _ index: inout Int
  ) throws(JSONError) -> (members: [Member], end: Int) {
    var members: [Member] = []
    JSONScanner.skipSpace(text, &index)
    if JSONScanner.byte(text, index) == UInt8(ascii: "}") {
      index += 1
      return (members, index - 1)
    }
    members.reserveCapacity(12)
    while true {
      JSONScanner.skipSpace(text, &index)
      let start = index
      try JSONScanner.skipString(text, &index, expected: .key)
      let keyEnd = index - 1
      JSONScanner.skipSpace(text, &index)
      try JSONScanner.expect(UInt8(ascii: ":"), .colon, text, &index)
      JSONScanner.skipSpace(text, &index)
      let valueStart = index
      try JSONScanner.skipValue(text, &index)
      members.append(
        Member(
          start: UInt32(start), valueStart: UInt32(valueStart), valueEnd: UInt32(index),
          keyLength: UInt32(keyEnd - start - 1),
          key: RowKey(member: text.extracting((start + 1)..<keyEnd))))
      JSONScanner.skipSpace(text, &index)
      if JSONScanner.byte(text, index) == UInt8(ascii: ",") {
        index += 1
        continue
      }
      try JSONScanner.expect(UInt8(ascii: "}"), .commaOrBrace, text, &index)
      return (members, index - 1)
    }
  }

  /// The value of a key of the contract, nil if the row has none.
  public subscript(key: RowKey) -> JSONValue? {
    let place = places[key.place]
    return place < 0 ? nil : value(of: members[Int(place)])
  }

  /// Where in `line` the value of a key of the contract is, nil if the row
  /// has none: for readers in a hurry, who take no `JSONValue`.
  public func range(of key: RowKey) -> Range<Int>? {
    let place = places[key.place]
    guard place >= 0 else { return nil }
    let member = members[Int(place)]
    return Int(member.valueStart)..<Int(member.valueEnd)
  }

  /// The value of any top-level key.
  public subscript(name: String) -> JSONValue? {
    members.last { JSONText.spells(line.span, keyOf: $0, name) }.map(value(of:))
  }

  private func value(of member: Member) -> JSONValue {
    JSONValue(storage: line, range: Int(member.valueStart)..<Int(member.valueEnd))
  }

  /// The row with the members of `keys` taken out and `insertion`, one or
  /// more members without the commas around them, in the place of the first
  /// of them, or at the end if there was none. Every other byte is kept.
  ///
  /// An empty `insertion` only removes.
  public func replacing(_ keys: [RowKey], with insertion: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(line.count + insertion.count + 1)
    guard let first = members.first else {
      output += line[..<end]
      output += insertion
      output += line[end...]
      return output
    }
    output += line[..<Int(first.start)]
    // Bytes up to `copied` have been dealt with. What stands between two
    // members (comma and white space) goes with the later one.
    var copied = Int(first.start)
    var isFirst = true
    var pending: [UInt8]? = insertion.isEmpty ? nil : insertion
    for member in members {
      let isRemoved = member.key.map(keys.contains) ?? false
      if !isRemoved {
        output += line[(isFirst ? Int(member.start) : copied)..<Int(member.valueEnd)]
        isFirst = false
      } else if let text = pending {
        output += line[(isFirst ? Int(member.start) : copied)..<Int(member.start)]
        output += text
        pending = nil
        isFirst = false
      }
      copied = Int(member.valueEnd)
    }
    if let text = pending {
      if !isFirst { output.append(UInt8(ascii: ",")) }
      output += text
    }
    output += line[copied...]
    return output
  }
}

extension RowKey {
  /// Position among all keys.
  fileprivate var place: Int {
    switch self {
    case .id: 0
    case .split: 1
    case .row: 2
    case .question: 3
    case .answer: 4
    case .image: 5
    case .imageHash: 6
    case .imagePath: 7
    case .imageSize: 8
    case .descriptiveAnswer: 9
    case .gemini: 10
    case .error: 11
    }
  }

  /// The key that a member's text between the quotes spells, escapes and all
  /// (`"\u0069d"` is `id` to every reader of JSON).
  fileprivate init?(member text: Span<UInt8>) {
    if let key = RowKey(spelling: text) {
      self = key
      return
    }
    guard text.count > 5, text.contains(UInt8(ascii: "\\")) else { return nil }
    self.init(spelling: JSONText.decoded(text).span)
  }
}

extension Span<UInt8> {
  func contains(_ byte: UInt8) -> Bool {
    for index in indices where self[index] == byte { return true }
    return false
  }
}
