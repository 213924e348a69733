/// One row where it was read: a line that holds one JSON object, with the
/// places of the contract's keys in it. The text is checked strictly (RFC
/// 8259, UTF-8) and nothing is copied, so that rows which only pass by cost
/// no more than their reading.
public struct RowView: ~Escapable {
  /// The text of the object, without the line feed.
  public let text: Span<UInt8>
  let places: RowPlaces

  /// Reads `text`, which must be one JSON object and nothing more.
  @_lifetime(copy text)
  public init(_ text: Span<UInt8>) throws(JSONError) {
    self.text = text
    places = try RowPlaces(text)
  }

  /// Where in `text` the value of a key of the contract is, nil if the row
  /// has none. Of a doubled key it is the last, as in Python and jq.
  public func range(of key: RowKey) -> Range<Int>? { places[key] }

  /// What the value of a key of the contract is, nil if the row has none.
  public func kind(of key: RowKey) -> JSONValue.Kind? {
    places[key].map { JSONValue.Kind(firstByte: text[$0.lowerBound]) }
  }

  /// Whether the row has failed: it has an `error` that is not null.
  public var hasError: Bool { kind(of: .error).map { $0 != .null } ?? false }

  /// A value of the row, copied out of it; nil if the row has none.
  public func value(of key: RowKey) -> JSONValue? {
    places[key].map { range in
      let copy = [UInt8](copying: text.extracting(range))
      return JSONValue(storage: copy, range: copy.indices)
    }
  }
}

/// Where in a line the values of the contract's keys are.
struct RowPlaces: Sendable {
  private struct Place: Sendable {
    var start: UInt32 = 0
    /// 0 if the row has no such key: no value ends there.
    var end: UInt32 = 0
  }

  private var places = InlineArray<13, Place>(repeating: Place())

  /// Reads one JSON object from the first byte of `text` to the last.
  init(_ text: Span<UInt8>) throws(JSONError) {
    var index = 0
    JSONScanner.skipSpace(text, &index)
    guard JSONScanner.byte(text, index) == UInt8(ascii: "{") else {
      if text.count >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF {
        throw JSONError(reason: .byteOrderMark, offset: 0)
      }
      throw JSONError(reason: .notAnObject, offset: index)
    }
    var scan = MemberScan(from: index + 1)
    while let member = try scan.next(text) {
      guard let key = member.rowKey(text) else { continue }
      places[key.place] = Place(
        start: UInt32(truncatingIfNeeded: member.value.lowerBound),
        end: UInt32(truncatingIfNeeded: member.value.upperBound))
    }
    index = scan.index
    JSONScanner.skipSpace(text, &index)
    guard index == text.count else { throw JSONError(reason: .trailingText, offset: index) }
  }

  subscript(key: RowKey) -> Range<Int>? {
    let place = places[key.place]
    return place.end == 0 ? nil : Int(place.start)..<Int(place.end)
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
    case .blindAnswer: 12
    }
  }
}
