import Shared

/// Fields in Python's spelling, one after the other, as they are kept in spill
/// files.
///
/// As bytes: the end of each field (`UInt32`, little-endian, counted from the
/// start of the first), then the fields. A missing field is empty, which no
/// spelled value is. A size is the spelled width, a comma and the spelled
/// height.
enum Record {
  /// The length of a record in bytes, checked against what its places hold.
  struct Length {
    /// 31 bits: the highest says that a record is an image's.
    static let maximum = Int(Int32.max)
    let value: UInt32

    init(_ length: Int) throws(ToolError) {
      guard length <= Self.maximum else {
        throw ToolError(
          "a row of \(length) bytes, its characters escaped; the limit is \(Self.maximum)")
      }
      value = UInt32(length)
    }

    /// Of a row that has no record.
    static let zero = Length()
    private init() { value = 0 }
  }

  /// Where field `place` of a record of `count` fields is in its bytes.
  @inline(__always)
  static func range(_ place: Int, of count: Int, in bytes: Span<UInt8>) -> Range<Int> {
    let start = place == 0 ? 0 : Int(bytes.littleEndian(at: 4 * (place - 1)))
    let end = Int(bytes.littleEndian(at: 4 * place))
    return (4 * count + start)..<(4 * count + end)
  }

  /// Where a field is in the record of a row.
  static func range(_ field: Field, ofRow bytes: Span<UInt8>) -> Range<Int> {
    range(field.rawValue, of: Field.ofRow.count, in: bytes)
  }

  /// Where a field is in the record of an image.
  static func range(_ field: Field, ofImage bytes: Span<UInt8>) -> Range<Int> {
    range(field.rawValue - Field.ofRow.count, of: Field.ofImage.count, in: bytes)
  }
}

extension RowFields {
  /// The length of the record of some of the fields, which must be
  /// neighbours.
  func recordLength(_ fields: [Field]) throws(ToolError) -> Record.Length {
    guard let first = fields.first, let last = fields.last else { return .zero }
    return try Record.Length(4 * fields.count + end(of: last, from: first))
  }

  /// Appends that record.
  func appendRecord(_ fields: [Field], to output: inout [UInt8]) {
    guard let first = fields.first, let last = fields.last else { return }
    for field in fields {
      output.appendLittleEndian(UInt32(truncatingIfNeeded: end(of: field, from: first)))
    }
    output.append(self[first, through: last])
  }
}
