import Shared

/// Reads the fields of a row: from its text to Python's spelling, with nothing
/// allocated in between.
struct RowParser {
  let spelling: PythonSpelling
  /// Whether `gemini` and `blind_answer` are wanted.
  let keepsOrigin: Bool

  /// Appends to `text` what `row` holds of each field, and returns where that
  /// is. What is not of its field's kind counts as missing.
  func appendFields(of row: borrowing RowView, to text: inout [UInt8]) -> FieldRanges {
    var ranges = FieldRanges(from: text.count)
    for field in Field.all {
      append(field, of: row, to: &text)
      ranges.append(end: text.count)
    }
    return ranges
  }

  private func append(_ field: Field, of row: borrowing RowView, to text: inout [UInt8]) {
    if field == .imageSplit { return }
    if field == .gemini || field == .blindAnswer, !keepsOrigin { return }
    if let range = row.range(of: field.key), row.text[range.lowerBound] != UInt8(ascii: "n") {
      append(row.text.extracting(range), as: field, to: &text)
    } else if field == .id {
      appendPosition(of: row, to: &text)
    }
  }

  /// The row's number in its split; nil if it has none that is an integer.
  static func number(of row: borrowing RowView) -> Int? {
    guard let range = row.range(of: .row) else { return nil }
    let text = row.text.extracting(range)
    var value = 0
    let isNegative = text[0] == UInt8(ascii: "-")
    for index in (isNegative ? 1 : 0)..<text.count {
      let digit = text[index] &- UInt8(ascii: "0")
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.subtractingReportingOverflow(Int(digit))
      guard digit < 10, !overflow, !carry else { return nil }
      value = sum
    }
    return isNegative ? value : value == .min ? nil : -value
  }

  /// Appends a value of an earlier result, where nothing may get lost: an
  /// answer that is null there stays so.
  func append(_ value: JSONValue, as field: Field, to output: inout [UInt8]) {
    if value.isNull, field == .answer || field == .descriptiveAnswer {
      output.append("null")
    } else {
      append(value.text.span, as: field, to: &output)
    }
  }

  /// Appends a value that is not null, told by its first byte.
  private func append(_ value: Span<UInt8>, as field: Field, to output: inout [UInt8]) {
    switch (value[0], field) {
    case (UInt8(ascii: "["), .imageSize): appendSize(value, to: &output)
    case (_, .imageSize): break
    case (UInt8(ascii: "{"), .gemini), (UInt8(ascii: "{"), .blindAnswer): output.append(value)
    case (_, .gemini), (_, .blindAnswer): break
    case (UInt8(ascii: "\""), _):
      spelling.appendString(value.extracting(1..<(value.count - 1)), to: &output)
    case (UInt8(ascii: "t"), .answer), (UInt8(ascii: "t"), .id), (UInt8(ascii: "f"), .answer),
      (UInt8(ascii: "f"), .id):
      output.append(value)
    case (UInt8(ascii: "-"), .answer), (UInt8(ascii: "-"), .id),
      (UInt8(ascii: "0")...UInt8(ascii: "9"), .answer),
      (UInt8(ascii: "0")...UInt8(ascii: "9"), .id):
      spelling.appendNumber(value, to: &output)
    // An id that is an array or object is none: the row stands for itself.
    default: break
    }
  }

  /// A row without an `id` has the one that `vqa-extract` gives it: its split
  /// and number, if it has both.
  private func appendPosition(of row: borrowing RowView, to output: inout [UInt8]) {
    guard let range = row.range(of: .split), row.kind(of: .split) == .string,
      let number = Self.number(of: row)
    else { return }
    spelling.appendString(row.text.extracting(range).unquoted, to: &output)
    output.removeLast()
    output += "/\(number)\"".utf8
  }

  /// Appends the two numbers of an array, a comma between them; nothing if
  /// the value is anything else.
  private func appendSize(_ array: Span<UInt8>, to output: inout [UInt8]) {
    var comma = 1
    while comma < array.count, array[comma] != UInt8(ascii: ",") { comma += 1 }
    guard comma < array.count, let width = Self.number(array, 1..<comma),
      let height = Self.number(array, (comma + 1)..<(array.count - 1))
    else { return }
    spelling.appendNumber(array.extracting(width), to: &output)
    output.append(UInt8(ascii: ","))
    spelling.appendNumber(array.extracting(height), to: &output)
  }

  /// What is left of an array's element without white space, if that is a
  /// number: of sound JSON only numbers are made of these characters alone.
  private static func number(_ text: Span<UInt8>, _ element: Range<Int>) -> Range<Int>? {
    var (start, end) = (element.lowerBound, element.upperBound)
    while start < end, text[start] <= 0x20 { start += 1 }
    while start < end, text[end - 1] <= 0x20 { end -= 1 }
    for index in start..<end {
      switch text[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
        UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        continue
      default: return nil
      }
    }
    return start < end ? start..<end : nil
  }
}
