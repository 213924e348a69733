import Parquet
import Shared

/// The rows of a Parquet file.
struct ParquetTable: Table {
  private let path: String
  /// Rows that have been neither read nor passed over.
  private var left: Int
  /// Each with what stands before its value: a comma, the key, a colon.
  private let members: [(before: [UInt8], field: ParquetField)]

  /// Opens the file at `path` and finds its columns.
  init(path: String, _ request: ColumnRequest) throws(ToolError) {
    self.path = path
    do {
      let file = try ParquetFile(path: path)
      left = file.rowCount
      members = try ParquetTable.members(of: file, request)
    } catch {
      throw ToolError("\(path): \(error)")
    }
  }

  private static func members(
    of file: ParquetFile, _ request: ColumnRequest
  ) throws -> [(before: [UInt8], field: ParquetField)] {
    let choice = try ColumnChoice(
      request, among: file.schema.columns.map(\.name), images: file.imageColumns)
    var members = [
      ("question", try ParquetField(text: choice.question, of: file)),
      ("answer", try ParquetField(text: choice.answer, of: file)),
      ("image", try ParquetField(image: choice.image, of: file)),
    ]
    for kept in choice.kept {
      members.append((kept.key, try ParquetField(any: kept.column, of: file)))
    }
    return members.map { key, field in
      ([UInt8(ascii: ",")] + JSONText.quoted(key) + [UInt8(ascii: ":")], field)
    }
  }

  mutating func skip(_ count: Int) throws(ToolError) -> Int {
    let step = min(count, left)
    guard step > 0 else { return 0 }
    left -= step
    do throws(ParquetError) {
      for member in members { try member.field.skip(step) }
    } catch {
      throw ToolError("\(path): \(error)")
    }
    return step
  }

  mutating func appendNext(to line: inout [UInt8]) throws(ToolError) -> NextRow {
    guard left > 0 else { return .none }
    left -= 1
    do throws(ParquetError) {
      for (before, field) in members {
        line += before
        try field.appendNext(to: &line)
      }
    } catch {
      throw ToolError("\(path): \(error)")
    }
    return .done
  }
}

extension ParquetFile {
  /// The columns that hold images: those that `datasets` says so of, else those that look like
  /// what it writes, a struct of bytes and a path.
  fileprivate var imageColumns: [String] {
    let names = schema.columns.map(\.name)
    if let text = metadata("huggingface"),
      let features = try? JSONValue(parsing: Array(text.utf8))["info"]?["features"]
    {
      let told = names.filter { features[$0]?["_type"]?.string == "Image" }
      if !told.isEmpty { return told }
    }
    return schema.columns.filter { $0["bytes"]?.leaf != nil }.map(\.name)
  }
}
