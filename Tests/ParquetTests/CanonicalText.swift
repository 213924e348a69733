import Parquet

/// Spells values as `Tests/oracle/parquet_canonical.py` does.
enum CanonicalText {
  /// The leaves below `nodes`, in schema order.
  static func leaves(_ nodes: [Schema.Node]) -> [Schema.Leaf] {
    nodes.flatMap { node in node.leaf.map { [$0] } ?? leaves(node.children) }
  }

  /// All rows of a file without lists, all columns side by side.
  static func rows(of file: ParquetFile, skipping: Int = 0) throws -> [String] {
    let columns = try leaves(file.schema.columns).map { try file.column($0) }
    for column in columns { try column.skip(skipping) }
    var rows: [String] = []
    while true {
      var fields: [String] = []
      for column in columns where try column.next() { fields.append(text(column)) }
      guard fields.count == columns.count else { return rows }
      rows.append(fields.joined(separator: "\t"))
    }
  }

  /// All rows of a file, all fields at the top side by side.
  static func fields(of file: ParquetFile, skipping: Int = 0) throws -> [String] {
    let readers = try file.schema.fields.map { try file.reader($0) }
    for reader in readers { try reader.skip(skipping) }
    var rows: [String] = []
    while true {
      let values = try readers.compactMap { try $0.next() }
      guard values.count == readers.count else { return rows }
      rows.append(values.map(text).joined(separator: "\t"))
    }
  }

  /// A value with all that is in it.
  static func text(_ value: Value) -> String {
    switch value {
    case .null: "-"
    case .scalar(let scalar): text(scalar) ?? "?"
    case .text(let bytes), .bytes(let bytes): "b:" + hex(bytes.span)
    case .list(let elements): "[" + elements.map(text).joined(separator: ",") + "]"
    case .group(let group): "{" + group.values.map(text).joined(separator: ",") + "}"
    }
  }

  private static func text(_ column: ColumnReader) -> String {
    if column.isNull { return "-" }
    return column.withBytes { bytes in text(column.leaf.scalar(bytes)) ?? "b:" + hex(bytes) }
  }

  /// Nil where the bytes are the value.
  private static func text(_ scalar: Scalar) -> String? {
    switch scalar {
    case .boolean(let value): "t:\(value ? 1 : 0)"
    case .integer(let value): "i:\(value)"
    case .unsigned(let value): "i:\(value)"
    case .float(let value): "f:" + hex(UInt64(value.bitPattern), bytes: 4)
    case .double(let value): "d:" + hex(value.bitPattern, bytes: 8)
    case .decimal(let digits): "n:" + digits
    case .text(let text): "x:" + text
    case .bytes: nil
    }
  }

  private static func hex(_ value: UInt64, bytes: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 2 * bytes - digits.count) + digits
  }

  private static func hex(_ bytes: Span<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for index in bytes.indices {
      text.append(digits[Int(bytes[index] >> 4)])
      text.append(digits[Int(bytes[index] & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
