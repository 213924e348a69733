/// The values of one field, row after row, lists and groups included.
///
/// Memory holds one row's value and, for each column below the field, one page and one dictionary.
/// A field without lists is read faster by `ParquetFile.column(_:)`, column by column.
public final class FieldReader {
  /// The field, as far as it is read.
  public let field: Schema.Field
  /// The value in the current row.
  public private(set) var row: RowValue

  private var assembler: Assembler
  /// After an error the position is not known any more.
  private var failure: ParquetError?

  init(
    _ field: Schema.Field, column: (Schema.Leaf) throws(ParquetError) -> TripletReader
  ) throws(ParquetError) {
    self.field = field
    assembler = try Assembler(field, column: column)
    row = RowValue(groups: assembler.groups)
  }

  /// Moves to the next row; false after the last.
  /// - Throws: `ParquetError`, and the same again ever after.
  public func next() throws(ParquetError) -> Bool {
    try guarded { () throws(ParquetError) in
      row.clear()
      return try assembler.readRow(into: &row)
    }
  }

  /// Passes over `count` rows, or as many as there are.
  /// - Throws: `ParquetError`, and the same again ever after.
  public func skip(_ count: Int) throws(ParquetError) {
    _ = try guarded { () throws(ParquetError) in
      try assembler.skipRows(count)
      return true
    }
  }

  private func guarded(
    _ body: () throws(ParquetError) -> Bool
  ) throws(ParquetError) -> Bool {
    if let failure { throw failure }
    do throws(ParquetError) {
      return try body()
    } catch {
      let located = error.at("column \(field.name), row group \(assembler.rowGroup)")
      failure = located
      throw located
    }
  }
}
