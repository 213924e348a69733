import Parquet
import Shared

extension FieldValue {
  init(_ value: Value) {
    switch value {
    case .null: self = .null
    case .scalar(let scalar): self = FieldValue(scalar)
    case .text(let bytes): self = .text(bytes)
    case .bytes(let bytes): self = .bytes(bytes)
    case .list(let elements): self = .list(elements.map { FieldValue($0) })
    case .group(let group):
      self = .group(zip(group.names, group.values).map { ($0, FieldValue($1)) })
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
