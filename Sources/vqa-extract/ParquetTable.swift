import Parquet
import Shared

/// The rows of a Parquet file.
struct ParquetTable: Table {
  private let path: String
  /// Rows that have been neither read nor passed over.
  private var left: Int
  private let question: ParquetField
  private let answer: ParquetField
  private let image: ParquetImage
  /// Each with what stands before its value: a comma, the key, a colon.
  private let kept: [(before: [UInt8], field: ParquetField)]

  /// Opens the file and finds its columns.
  init(_ file: DataFile, _ options: ReadOptions) throws(ToolError) {
    path = file.path
    do {
      let names = ImageNames(file, options)
      let file = try ParquetFile(path: file.path)
      let choice = try ColumnChoice(
        options.columns, among: file.schema.columns.map(\.name), images: file.imageColumns)
      left = file.rowCount
      question = try ParquetField(text: choice.question, of: file)
      answer = try ParquetField(text: choice.answer, of: file)
      image = try ParquetImage(column: choice.image, of: file, names)
      kept = try choice.kept.map { kept in
        let before = [UInt8(ascii: ",")] + JSONText.quoted(kept.key) + [UInt8(ascii: ":")]
        return (before, try ParquetField(any: kept.column, of: file))
      }
    } catch {
      throw ToolError("\(path): \(error)")
    }
  }

  mutating func skip(_ count: Int) throws(ToolError) -> Int {
    let step = min(count, left)
    guard step > 0 else { return 0 }
    left -= step
    do throws(ParquetError) {
      try question.skip(step)
      try answer.skip(step)
      try image.skip(step)
      for (_, field) in kept { try field.skip(step) }
    } catch {
      throw ToolError("\(path): \(error)")
    }
    return step
  }

  mutating func appendNext(to line: inout [UInt8]) throws(ToolError) -> NextRow {
    guard left > 0 else { return .none }
    left -= 1
    do throws(ParquetError) {
      line += ",\"question\":".utf8
      try question.appendNext(to: &line)
      line += ",\"answer\":".utf8
      try answer.appendNext(to: &line)
      line += ",\"image\":".utf8
      let failure = try image.appendNext(to: &line)
      for (before, field) in kept {
        line += before
        try field.appendNext(to: &line)
      }
      return failure.map { .failed($0) } ?? .done
    } catch {
      throw ToolError("\(path): \(error)")
    }
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
