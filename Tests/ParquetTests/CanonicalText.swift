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
      guard try readers.count(where: { try $0.next() }) == readers.count else { return rows }
      rows.append(readers.map { text($0.row) }.joined(separator: "\t"))
    }
  }

  /// A value with all that is in it.
  static func text(_ row: RowValue) -> String {
    var place = 0
    return text(row, &place)
  }

  private static func text(_ row: RowValue, _ place: inout Int) -> String {
    let token = row.tokens[place]
    place += 1
    func string(_ range: Range<Int>) -> String { String(decoding: row.bytes[range], as: UTF8.self) }
    func values(_ count: Int) -> String {
      (0..<count).map { _ in text(row, &place) }.joined(separator: ",")
    }
    switch token {
    case .null: return "-"
    case .boolean(let value): return text(Scalar.boolean(value)) ?? "?"
    case .integer(let value): return text(Scalar.integer(value)) ?? "?"
    case .unsigned(let value): return text(Scalar.unsigned(value)) ?? "?"
    case .float(let value): return text(Scalar.float(value)) ?? "?"
    case .double(let value): return text(Scalar.double(value)) ?? "?"
    case .decimal(let range): return "n:" + string(range)
    case .spelled(let range): return "x:" + string(range)
    case .text(let range), .bytes(let range): return "b:" + hex(row.bytes[range].span)
    case .list(let count): return "[" + values(count) + "]"
    case .group(let number): return "{" + values(row.groups[number].count) + "}"
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
