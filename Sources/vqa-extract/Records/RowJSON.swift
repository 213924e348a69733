import Parquet
import Shared

/// Writes values of a Parquet field as JSON straight from their flat form.
struct RowJSON {
  /// What stands before each member of each group: `{"user":`, then
  /// `,"assistant":`.
  private let keys: [[[UInt8]]]

  /// - Parameter groups: the names of the members, as in `RowValue.groups`.
  init(_ groups: [[String]]) {
    keys = groups.map { names in
      names.enumerated().map { (number, name) in
        [UInt8(ascii: number == 0 ? "{" : ",")] + JSONText.quoted(name) + [UInt8(ascii: ":")]
      }
    }
  }

  /// The same as `FieldValue.appendJSON` writes for it.
  func text(of row: RowValue) -> [UInt8] {
    var line: [UInt8] = []
    line.reserveCapacity(8 * row.tokens.count + row.bytes.count)
    var place = 0
    append(row, &place, to: &line)
    return line
  }

  /// Appends the value whose tokens begin at `place`, which is moved behind
  /// them.
  private func append(_ row: RowValue, _ place: inout Int, to line: inout [UInt8]) {
    let token = row.tokens[place]
    place += 1
    switch token {
    case .integer(let value): JSONText.append(value, to: &line)
    case .text(let range):
      JSONText.appendQuotedLossless(row.bytes.span.extracting(range), to: &line)
    case .null: line += "null".utf8
    case .list(let count):
      line.append(UInt8(ascii: "["))
      for number in 0..<count {
        if number > 0 { line.append(UInt8(ascii: ",")) }
        append(row, &place, to: &line)
      }
      line.append(UInt8(ascii: "]"))
    case .group(let number):
      for key in keys[number] {
        line += key
        append(row, &place, to: &line)
      }
      line.append(UInt8(ascii: "}"))
    default:
      place -= 1
      FieldValue(row, &place).appendJSON(to: &line)
    }
  }
}
