import Parquet
import Shared

extension FieldValue {
  /// The value of a row.
  init(_ row: RowValue) {
    var place = 0
    self.init(row, &place)
  }

  /// The value whose tokens begin at `place`, which is moved behind them.
  init(_ row: RowValue, _ place: inout Int) {
    let token = row.tokens[place]
    place += 1
    switch token {
    case .null: self = .null
    case .text(let range), .spelled(let range): self = .text(Array(row.bytes[range]))
    case .bytes(let range): self = .bytes(Array(row.bytes[range]))
    case .decimal(let range): self = .literal(Array(row.bytes[range]))
    case .boolean(let value): self = FieldValue(Scalar.boolean(value))
    case .integer(let value): self = FieldValue(Scalar.integer(value))
    case .unsigned(let value): self = FieldValue(Scalar.unsigned(value))
    case .float(let value): self = FieldValue(Scalar.float(value))
    case .double(let value): self = FieldValue(Scalar.double(value))
    case .list(let count):
      var elements: [FieldValue] = []
      elements.reserveCapacity(count)
      for _ in 0..<count { elements.append(FieldValue(row, &place)) }
      self = .list(elements)
    case .group(let number):
      var members: [(name: String, value: FieldValue)] = []
      members.reserveCapacity(row.groups[number].count)
      for name in row.groups[number] { members.append((name, FieldValue(row, &place))) }
      self = .group(members)
    }
  }

  /// Numbers keep every digit; what JSON has no number for (`nan`, `inf`)
  /// becomes text, and so do dates and times.
  init(_ scalar: Scalar) {
    switch scalar {
    case .boolean(let value): self = .literal(Array((value ? "true" : "false").utf8))
    case .integer(let value): self = .literal(Array(String(value).utf8))
    case .unsigned(let value): self = .literal(Array(String(value).utf8))
    case .float(let value): self = Self.number(value)
    case .double(let value): self = Self.number(value)
    case .decimal(let digits): self = .literal(Array(digits.utf8))
    case .text(let text): self = .text(Array(text.utf8))
    case .bytes: self = .null
    }
  }

  /// As Python's `json` writes it.
  private static func number<T: BinaryFloatingPoint & LosslessStringConvertible>(
    _ value: T
  ) -> FieldValue {
    guard value.isFinite else { return .text(Array(String(value).utf8)) }
    return .literal(Array(PythonNumber.text(value).utf8))
  }
}

extension ColumnReader {
  /// The current value.
  var fieldValue: FieldValue {
    guard !isNull else { return .null }
    return withBytes { bytes in
      let scalar = leaf.scalar(bytes)
      guard scalar == .bytes else { return FieldValue(scalar) }
      let copy = Array(copying: bytes)
      return leaf.isText ? .text(copy) : .bytes(copy)
    }
  }
}
