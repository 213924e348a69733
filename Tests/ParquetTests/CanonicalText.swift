import Parquet

/// Spells values as `Tests/oracle/parquet_canonical.py` does.
enum CanonicalText {
  /// The leaves below `nodes`, in schema order.
  static func leaves(_ nodes: [Schema.Node]) -> [Schema.Leaf] {
    nodes.flatMap { node in node.leaf.map { [$0] } ?? leaves(node.children) }
  }

  /// All rows of a file, all columns side by side.
  static func rows(of file: ParquetFile, skipping: Int = 0) throws -> [String] {
    let columns = try leaves(file.schema.columns).map { try file.column($0) }
    for column in columns { try column.skip(skipping) }
    var rows: [String] = []
    while true {
      var fields: [String] = []
      for column in columns where try column.next() { fields.append(field(column)) }
      guard fields.count == columns.count else { return rows }
      rows.append(fields.joined(separator: "\t"))
    }
  }

  private static func field(_ column: ColumnReader) -> String {
    if column.isNull { return "-" }
    return column.withBytes { bytes in
      switch column.leaf.scalar(bytes) {
      case .boolean(let value): "t:\(value ? 1 : 0)"
      case .integer(let value): "i:\(value)"
      case .unsigned(let value): "i:\(value)"
      case .float(let value): "f:" + hex(UInt64(value.bitPattern), bytes: 4)
      case .double(let value): "d:" + hex(value.bitPattern, bytes: 8)
      case .decimal(let digits): "n:" + digits
      case .text(let text): "x:" + text
      case .bytes: "b:" + hex(bytes)
      }
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
