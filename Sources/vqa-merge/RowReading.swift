import Shared

/// Reads the facts of a row into a record.
struct RowReading {
  let spelling: PythonSpelling

  /// Fills `record` with what `row` holds of each field. What is not of its
  /// field's kind counts as missing.
  func read(_ row: Row, into record: inout Record) {
    record.reset()
    for field in Field.allCases {
      let value = row[field.key]
      record.appendField { output in
        switch (field, value?.kind) {
        case (.id, nil), (.id, .null): appendPosition(of: row, to: &output)
        case (.id, _), (.answer, .number), (.answer, .boolean):
          if let value { appendScalar(value, to: &output) }
        case (.imageSize, .array):
          if let value { appendSize(value, to: &output) }
        case (.imageSize, _): break
        default:
          if let text = value?.quotedText { spelling.appendString(text.span, to: &output) }
        }
      }
    }
  }

  /// The row's number in its split; nil if it has none that is an integer.
  static func number(of row: Row) -> Int? { row[.row]?.integer }

  /// A row without an `id` has the one that `vqa-extract` gives it: the place
  /// in its data set, if it knows that.
  private func appendPosition(of row: Row, to output: inout [UInt8]) {
    guard let split = row[.split]?.quotedText, let number = Self.number(of: row) else { return }
    spelling.appendString(split.span, to: &output)
    output.removeLast()
    output += "/\(number)\"".utf8
  }

  private func appendScalar(_ value: JSONValue, to output: inout [UInt8]) {
    switch value.kind {
    case .string:
      if let text = value.quotedText { spelling.appendString(text.span, to: &output) }
    case .number: spelling.appendNumber(value.text, to: &output)
    case .boolean: output += value.text
    // No identity that could be compared: such a row stands for itself.
    case .null, .array, .object: break
    }
  }

  private func appendSize(_ value: JSONValue, to output: inout [UInt8]) {
    guard let sides = value.elements, sides.count == 2,
      sides.allSatisfy({ $0.kind == .number })
    else { return }
    spelling.appendNumber(sides[0].text, to: &output)
    output.append(UInt8(ascii: ","))
    spelling.appendNumber(sides[1].text, to: &output)
  }
}

extension Record {
  /// What an answered row lacks to enter the result, as a clause for its
  /// message; nil if nothing.
  var complaint: String? {
    let missing = Field.allCases.filter { $0 != .id && !has($0) }
    guard !missing.isEmpty else { return nil }
    let names = missing.map(\.key.rawValue).joined(separator: ", ")
    let isImage = missing.contains { [.imageHash, .imagePath, .imageSize].contains($0) }
    return "an answer without a sound \(names)"
      + (isImage ? "; vqa-hash adds what an image lacks" : "")
  }
}
