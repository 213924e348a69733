/// The values of one field, row after row, lists and groups included.
///
/// Memory holds one row's value and, for each column below the field, one page and one dictionary.
/// A field without lists is read faster by `ParquetFile.column(_:)`, column by column.
public final class FieldReader {
  /// The field, as far as it is read.
  public let field: Schema.Field

  private let assembler: Assembler
  /// After an error the position is not known any more.
  private var failure: ParquetError?

  init(
    _ field: Schema.Field, column: (Schema.Leaf) throws(ParquetError) -> TripletReader
  ) throws(ParquetError) {
    self.field = field
    assembler = try Assembler(field, column: column)
  }

  /// The value in the next row, nil after the last row.
  /// - Throws: `ParquetError`, and the same again ever after.
  public func next() throws(ParquetError) -> Value? {
    try guarded { () throws(ParquetError) in
      let columns = assembler.columns
      let isThere = try columns[0].startRow()
      for column in columns.dropFirst() { _ = try column.startRow() }
      guard isThere else { return nil }
      var budget = RowBudget()
      return try assembler.read(&budget)
    }
  }

  /// Passes over `count` rows, or as many as there are.
  /// - Throws: `ParquetError`, and the same again ever after.
  public func skip(_ count: Int) throws(ParquetError) {
    _ = try guarded { () throws(ParquetError) in
      for column in assembler.columns { try column.skipRows(count) }
      return nil
    }
  }

  private func guarded(
    _ body: () throws(ParquetError) -> Value?
  ) throws(ParquetError) -> Value? {
    if let failure { throw failure }
    do throws(ParquetError) {
      return try body()
    } catch {
      let rowGroup = assembler.columns[0].rowGroup
      let located = error.at("column \(field.name), row group \(rowGroup)")
      failure = located
      throw located
    }
  }
}
