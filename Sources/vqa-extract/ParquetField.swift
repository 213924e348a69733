import Parquet
import Shared

/// A member of the row as a Parquet file holds it: a column, or several side by side.
indirect enum ParquetField {
  case text(ColumnReader)
  /// As `text`, but for bytes that the file does not call text: those become base64.
  case value(ColumnReader)
  /// A group of columns; it is there when its first column's path is defined so deep.
  case group([Member], level: Int)

  /// A column of a group, with its key, quotes and colon included.
  struct Member {
    let before: [UInt8]
    let field: ParquetField
  }

  /// A column of questions or answers.
  init(text name: String, of file: ParquetFile) throws {
    guard let leaf = file.schema[name]?.leaf else {
      throw ToolError("column \(name) is a group or a list")
    }
    self = .text(try file.column(leaf))
  }

  /// Any column at the top, whatever its type.
  init(any name: String, of file: ParquetFile) throws {
    guard let node = file.schema[name] else {
      throw ToolError("no column is called \(name)")
    }
    self = try .init(node, level: 0, of: file)
  }

  private init(_ node: Schema.Node, level: Int, of file: ParquetFile) throws {
    if let leaf = node.leaf {
      self = .value(try file.column(leaf))
      return
    }
    let own = level + (node.repetition == .required ? 0 : 1)
    var members: [Member] = []
    for child in node.children {
      let before = JSONText.quoted(child.name) + [UInt8(ascii: ":")]
      members.append(Member(before: before, field: try .init(child, level: own, of: file)))
    }
    self = .group(members, level: own)
  }

  /// Passes over `count` rows.
  func skip(_ count: Int) throws(ParquetError) {
    switch self {
    case .text(let column), .value(let column): try column.skip(count)
    case .group(let members, _): for member in members { try member.field.skip(count) }
    }
  }

  /// Appends the value in the next row as JSON.
  func appendNext(to line: inout [UInt8]) throws(ParquetError) {
    try advance()
    append(to: &line)
  }

  /// The caller counts the rows, so there is one.
  private func advance() throws(ParquetError) {
    switch self {
    case .text(let column), .value(let column): _ = try column.next()
    case .group(let members, _): for member in members { try member.field.advance() }
    }
  }

  private func append(to line: inout [UInt8]) {
    switch self {
    case .text(let column): column.appendJSON(bytesAs: .text, to: &line)
    case .value(let column): column.appendJSON(bytesAs: .base64, to: &line)
    case .group(let members, let level):
      guard definitionLevel >= level else {
        line += "null".utf8
        return
      }
      var separator = UInt8(ascii: "{")
      for member in members {
        line.append(separator)
        line += member.before
        member.field.append(to: &line)
        separator = UInt8(ascii: ",")
      }
      line += members.isEmpty ? "{}".utf8 : "}".utf8
    }
  }

  /// How deep the path to the first column is defined in the current row.
  private var definitionLevel: Int {
    switch self {
    case .text(let column), .value(let column): column.definitionLevel
    case .group(let members, _): members.first?.field.definitionLevel ?? 0
    }
  }
}
