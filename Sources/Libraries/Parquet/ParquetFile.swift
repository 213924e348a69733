/// A Parquet file: its schema and metadata, and readers for its columns.
///
/// ```swift
/// let file = try ParquetFile(path: "train.parquet")
/// let column = try file.column(file.schema["answer"]!.leaf!)
/// while try column.next() { column.withBytes { … } }
///
/// let turns = try file.reader(file.schema.field("conversations")!.selecting([["value"]])!)
/// while try turns.next() { turns.row … }
/// ```
///
/// Opening reads the footer only. Each column is then read page by page, so that memory holds one
/// page and one dictionary a column, however large the file is.
public struct ParquetFile {
  /// The columns.
  public let schema: Schema
  /// Rows in the whole file.
  public let rowCount: Int
  private let source: any ByteSource
  private let footer: Footer

  /// Opens the file at `path` and reads its footer.
  /// - Throws: `ParquetError`.
  public init(path: String) throws(ParquetError) {
    try self.init(try FileSource(path: path))
  }

  /// Reads the footer of `source`.
  /// - Throws: `ParquetError`.
  public init(_ source: any ByteSource) throws(ParquetError) {
    self.source = source
    footer = try Footer(of: source)
    schema = try Schema(footer.schema)
    rowCount = footer.rowCount
    var sum = 0
    for (index, group) in footer.rowGroups.enumerated() {
      guard group.columns.count == schema.leafCount else {
        throw .damaged(
          "row group \(index) has \(group.columns.count) columns, the schema \(schema.leafCount)")
      }
      let (total, overflow) = sum.addingReportingOverflow(group.rowCount)
      guard !overflow else { throw .damaged("more rows than can be counted") }
      sum = total
    }
    guard sum == rowCount else {
      throw .damaged("the file claims \(rowCount) rows, its row groups hold \(sum)")
    }
  }

  /// The value that the writer left under `key` in the file's metadata.
  public func metadata(_ key: String) -> String? {
    footer.keyValues.first { $0.key == key }?.value
  }

  /// A reader for one column outside lists, before the first row.
  /// - Throws: `ParquetError` if the column is inside a list, is encrypted, or does not lie
  ///   within the file.
  public func column(_ leaf: Schema.Leaf) throws(ParquetError) -> ColumnReader {
    guard leaf.maximumRepetitionLevel == 0 else {
      throw .unsupported("column \(leaf.name) is in a list, so a row has any number of its values")
    }
    return ColumnReader(leaf, try stream(leaf))
  }

  /// A reader for one field with all that is below it, before the first row.
  /// - Parameter field: one of `schema.fields`, or what `selecting(_:)` left of it.
  /// - Throws: `ParquetError` if one of the columns is encrypted or does not lie within the file.
  public func reader(_ field: Schema.Field) throws(ParquetError) -> FieldReader {
    try FieldReader(field) { leaf throws(ParquetError) in
      TripletReader(leaf, try stream(leaf))
    }
  }

  private func stream(_ leaf: Schema.Leaf) throws(ParquetError) -> PageStream {
    var chunks: [ChunkRange] = []
    for (index, group) in footer.rowGroups.enumerated() {
      do throws(ParquetError) {
        chunks.append(try ChunkRange(group, leaf, fileEnd: footer.start))
      } catch {
        throw error.at("column \(leaf.name), row group \(index)")
      }
    }
    return PageStream(source, chunks)
  }
}
