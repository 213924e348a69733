/// The values of one column outside lists, row after row.
///
/// After `next()` has returned true, the current value can be looked at until the next call. Rows
/// can be skipped; whole row groups and pages are then passed over without being read.
public final class ColumnReader {
  /// The column.
  public let leaf: Schema.Leaf

  private var cursor: PageCursor
  /// After an error the position is not known any more.
  private var failure: ParquetError?

  init(_ leaf: Schema.Leaf, _ stream: PageStream) {
    self.leaf = leaf
    cursor = PageCursor(leaf, stream)
  }

  /// How deep the current value's path is defined: `leaf.maximumDefinitionLevel` if it is there.
  public var definitionLevel: Int { cursor.page.definitionLevel }

  /// Whether the current value is absent, for whatever field of its path.
  public var isNull: Bool { cursor.page.isNull }

  /// Calls `body` with the bytes of the current value: little-endian for numbers, one byte 0 or 1
  /// for booleans, none for null.
  public func withBytes<R>(_ body: (Span<UInt8>) -> R) -> R {
    cursor.withBytes(body)
  }

  /// Moves to the next row; false after the last.
  /// - Throws: `ParquetError`, and the same again ever after.
  public func next() throws(ParquetError) -> Bool {
    try guarded { () throws(ParquetError) in
      var none = 0
      guard try reachValue(skipping: &none) else { return false }
      try cursor.next()
      return true
    }
  }

  /// Passes over `count` rows, or as many as there are.
  /// - Throws: `ParquetError`, and the same again ever after.
  public func skip(_ count: Int) throws(ParquetError) {
    _ = try guarded { () throws(ParquetError) in
      var left = count
      while left > 0, try reachValue(skipping: &left) {
        left -= try cursor.skipInPage(left)
      }
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
      let located = error.at("column \(leaf.name), row group \(cursor.rowGroup)")
      failure = located
      throw located
    }
  }

  /// Makes sure that the page with the next row is loaded; false after the last row.
  ///
  /// Row groups and pages that lie within the next `skipping` rows are passed over.
  private func reachValue(skipping: inout Int) throws(ParquetError) -> Bool {
    while try !cursor.reachPage(skipping: &skipping) {
      guard let rows = cursor.enterChunk() else { return false }
      guard rows <= skipping else { continue }
      skipping -= rows
      cursor.skipChunk()
    }
    return true
  }
}
