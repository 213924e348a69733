/// Walks over the members of one JSON object in the order in which they stand,
/// doubled names included, and checks what it walks over.
struct MemberScan {
  /// Where the walk has come to: behind the closing brace after the last member.
  private(set) var index: Int
  private var isFirst = true

  /// One member, by offsets in the text.
  struct Member: Sendable {
    /// The key with its quotes, escapes as they stand.
    var key: Range<Int>
    /// The value without the white space around it.
    var value: Range<Int>
  }

  /// - Parameter start: the offset behind the opening brace.
  init(from start: Int) { index = start }

  /// The next member; nil once the closing brace is met.
  @inline(__always)
  mutating func next(_ text: Span<UInt8>) throws(JSONError) -> Member? {
    JSONScanner.skipSpace(text, &index)
    if isFirst {
      isFirst = false
      if JSONScanner.byte(text, index) == UInt8(ascii: "}") {
        index &+= 1
        return nil
      }
    } else {
      guard JSONScanner.byte(text, index) == UInt8(ascii: ",") else {
        try JSONScanner.expect(UInt8(ascii: "}"), .commaOrBrace, text, &index)
        return nil
      }
      index &+= 1
      JSONScanner.skipSpace(text, &index)
    }
    let start = index
    try JSONScanner.skipString(text, &index, expected: .key)
    let keyEnd = index
    JSONScanner.skipSpace(text, &index)
    try JSONScanner.expect(UInt8(ascii: ":"), .colon, text, &index)
    JSONScanner.skipSpace(text, &index)
    let valueStart = index
    try JSONScanner.skipValue(text, &index)
    return unsafe Member(
      key: Range(uncheckedBounds: (start, keyEnd)),
      value: Range(uncheckedBounds: (valueStart, index)))
  }
}

extension MemberScan.Member {
  /// The key of the contract that this is, escapes and all (`"\u0069d"` is
  /// `id` to every reader of JSON); nil if it is another.
  @inline(__always)
  func rowKey(_ text: Span<UInt8>) -> RowKey? {
    let name = nameText(text)
    if let key = RowKey(spelling: name) { return key }
    return RowKey(escapedSpelling: name)
  }

  /// Whether the key, escapes decoded, is `name`.
  func isNamed(_ name: String, _ text: Span<UInt8>) -> Bool {
    JSONText.spells(nameText(text), name)
  }

  /// The key without its quotes, escapes as they stand.
  @_lifetime(copy text)
  func nameText(_ text: Span<UInt8>) -> Span<UInt8> {
    text.extracting((key.lowerBound &+ 1)..<(key.upperBound &- 1))
  }
}
