/// The triplets of one column: repetition level, definition level, value.
///
/// Stands at one triplet and has not read its value, so that its levels can be looked at to see
/// whether a list goes on. The name is from arrow-rs; the encoding is Dremel's.
/// https://github.com/apache/arrow-rs/blob/main/parquet/src/record/triplet.rs
final class TripletReader {
  let leaf: Schema.Leaf
  private var cursor: PageCursor
  /// Rows of the row group that have not been begun.
  private var rowsLeft = 0
  /// Whether there is a current triplet; else the row group is at its end.
  private var hasTriplet = false
  /// The current triplet's level, 0 at the end of a row group: there every list ends.
  private(set) var repetitionLevel = 0
  /// The current triplet's level, 0 at the end of a row group.
  private(set) var definitionLevel = 0

  init(_ leaf: Schema.Leaf, _ stream: PageStream) {
    self.leaf = leaf
    cursor = PageCursor(leaf, stream)
  }

  /// The row group that is being read, counted from 0.
  var rowGroup: Int { cursor.rowGroup }

  /// Begins the next row, whose first triplet is then the current one; false after the last row.
  func startRow() throws(ParquetError) -> Bool {
    var none = 0
    guard try reachRow(skipping: &none) else { return false }
    rowsLeft -= 1
    return true
  }

  /// Passes over `count` rows, or as many as there are.
  func skipRows(_ count: Int) throws(ParquetError) {
    var left = count
    while left > 0, try reachRow(skipping: &left), left > 0 {
      rowsLeft -= 1
      left -= 1
      var budget = RowBudget()
      repeat {
        try budget.takeValue()
        try advance(skipping: &left)
      } while repetitionLevel > 0
    }
  }

  /// Moves to the next triplet of the row group.
  func advance() throws(ParquetError) {
    var none = 0
    try advance(skipping: &none)
  }

  /// Calls `body` with the bytes of the current triplet, whose value must be there.
  func withValue<R>(
    _ body: (Span<UInt8>) throws(ParquetError) -> R
  ) throws(ParquetError) -> R {
    guard hasTriplet, definitionLevel == leaf.maximumDefinitionLevel else {
      throw .damaged("no value where the levels of other columns say that there is one")
    }
    try cursor.readValue()
    return try cursor.withBytes(body)
  }

  /// Stands at the first triplet of a row that has not been begun; false after the last row.
  ///
  /// Row groups and pages that lie within the next `skipping` rows are passed over.
  private func reachRow(skipping: inout Int) throws(ParquetError) -> Bool {
    while !hasTriplet {
      guard rowsLeft == 0 else {
        try advance(skipping: &skipping)
        guard hasTriplet || rowsLeft == 0 else {
          throw .damaged("the pages hold \(rowsLeft) rows less than the row group")
        }
        continue
      }
      guard let rows = cursor.enterChunk() else { return false }
      if rows <= skipping {
        skipping -= rows
        cursor.skipChunk()
      } else {
        rowsLeft = rows
      }
    }
    guard repetitionLevel == 0 else {
      throw .damaged("a row that begins with repetition level \(repetitionLevel)")
    }
    guard rowsLeft > 0 else { throw .damaged("the pages hold more rows than the row group") }
    return true
  }

  /// Moves to the next triplet. Where a page begins, pages that lie within the next `skipping`
  /// rows are passed over.
  private func advance(skipping: inout Int) throws(ParquetError) {
    let before = skipping
    hasTriplet = try cursor.reachPage(skipping: &skipping)
    let skipped = before - skipping
    guard skipped <= rowsLeft else {
      throw .damaged("the pages hold more rows than the row group")
    }
    rowsLeft -= skipped
    guard hasTriplet else {
      (repetitionLevel, definitionLevel) = (0, 0)
      return
    }
    try cursor.nextLevels()
    (repetitionLevel, definitionLevel) = (cursor.page.repetitionLevel, cursor.page.definitionLevel)
  }
}
