/// One row to be worked on: its text, kept byte for byte, with the places of
/// the contract's keys; nothing is decoded before somebody asks.
public struct Row: Sendable {
  /// The text of the object, without the line feed.
  public let line: [UInt8]
  private let places: RowPlaces

  /// Reads `line`, which must be one JSON object and nothing more.
  public init(line: [UInt8]) throws(JSONError) {
    places = try RowPlaces(line.span)
    self.line = line
  }

  /// The row as it was read, to be kept.
  public init(_ view: borrowing RowView) {
    line = [UInt8](copying: view.text)
    places = view.places
  }

  /// The value of a key of the contract, nil if the row has none. Of a
  /// doubled key it is the last, as in Python and jq.
  public subscript(key: RowKey) -> JSONValue? {
    places[key].map { JSONValue(storage: line, range: $0) }
  }

  /// Where in `line` the value of a key of the contract is, nil if the row
  /// has none: for readers in a hurry, who take no `JSONValue`.
  public func range(of key: RowKey) -> Range<Int>? { places[key] }

  /// The row with the members of `keys` taken out and `insertion`, one or
  /// more members without the commas around them, in the place of the first
  /// of them, or at the end if there was none. Every other byte is kept.
  ///
  /// An empty `insertion` only removes.
  public func replacing(_ keys: [RowKey], with insertion: [UInt8]) -> [UInt8] {
    let text = line.span
    var output: [UInt8] = []
    output.reserveCapacity(line.count + insertion.count + 1)
    // Bytes up to `copied` have been dealt with. What stands between two
    // members (comma and white space) goes with the later one.
    var copied = 0
    var isEmpty = true
    var pending = insertion.isEmpty ? nil : insertion
    var index = 0
    JSONScanner.skipSpace(text, &index)
    var scan = MemberScan(from: index + 1)
    // The row is known to be sound, so this throws nothing.
    while let member = try? scan.next(text) {
      if copied == 0 {
        copied = member.key.lowerBound
        output += line[..<copied]
      }
      let isRemoved = member.rowKey(text).map(keys.contains) ?? false
      let start = isEmpty ? member.key.lowerBound : copied
      if !isRemoved {
        output += line[start..<member.value.upperBound]
        isEmpty = false
      } else if let members = pending {
        output += line[start..<member.key.lowerBound]
        output += members
        pending = nil
        isEmpty = false
      }
      copied = member.value.upperBound
    }
    if let members = pending {
      // An object without members has its white space before the insertion.
      if copied == 0 {
        copied = scan.index - 1
        output += line[..<copied]
      } else if !isEmpty {
        output.append(UInt8(ascii: ","))
      }
      output += members
    }
    output += line[copied...]
    return output
  }
}
