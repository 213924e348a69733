/// The triplets of one column: repetition level, definition level, value.
///
/// Stands at one triplet and has not read its value, so that its levels can be looked at to see
/// whether a list goes on. The name is from arrow-rs; the encoding is Dremel's.
/// https://github.com/apache/arrow-rs/blob/main/parquet/src/record/triplet.rs
struct TripletReader {
  private let kind: RowValue.Kind
  private let maximumDefinitionLevel: Int
  private var cursor: PageCursor
  /// Rows of the row group that have not been begun.
  private var rowsLeft = 0
  /// Whether there is a current triplet; else the row group is at its end.
  private var hasTriplet = false
  /// The levels around the current triplet, which is the one at `index`.
  private var block = LevelBlock()
  private var index = 0
  /// Which of the page's values is the current triplet's, or the next triplet's that has one.
  private var value = 0
  /// The current triplet's level, 0 at the end of a row group: there every list ends.
  private(set) var repetitionLevel = 0
  /// The current triplet's level, 0 at the end of a row group.
  private(set) var definitionLevel = 0

  init(_ leaf: Schema.Leaf, _ stream: PageStream) {
    kind = RowValue.Kind(leaf)
    maximumDefinitionLevel = leaf.maximumDefinitionLevel
    cursor = PageCursor(leaf, stream)
  }

  /// The row group that is being read, counted from 0.
  var rowGroup: Int { cursor.rowGroup }

  /// Begins the next row, whose first triplet is then the current one; false after the last row.
  mutating func startRow() throws(ParquetError) -> Bool {
    var none = 0
    guard try reachRow(skipping: &none) else { return false }
    rowsLeft -= 1
    return true
  }

  /// Passes over `count` rows, or as many as there are.
  mutating func skipRows(_ count: Int) throws(ParquetError) {
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
  @inline(__always)
  mutating func advance() throws(ParquetError) {
    var none = 0
    try advance(skipping: &none)
  }

  /// Appends the current triplet's value and moves on. Where there is none it is null, or the file
  /// is damaged.
  mutating func readValue(
    isOptional: Bool, into row: inout RowValue, _ budget: inout RowBudget
  ) throws(ParquetError) {
    try budget.takeValue()
    if definitionLevel == maximumDefinitionLevel, hasTriplet {
      let slice = try cursor.page.value(value, before: block.valuesEnd)
      try budget.takeBytes(slice.count)
      cursor.page.append(slice, kind, to: &row)
    } else {
      guard isOptional else {
        throw .damaged("no value where the levels of other columns say that there is one")
      }
      row.append(.null)
    }
    try advance()
  }

  /// Appends the elements of a list, which are values of this column, and moves behind the last.
  ///
  /// - Returns: how many there are; nil if the levels say of one that it is not there.
  mutating func readElements(
    _ list: Schema.Field.Levels, areOptional: Bool, into row: inout RowValue,
    _ budget: inout RowBudget
  ) throws(ParquetError) -> Int? {
    var count = 0
    repeat {
      try readValue(isOptional: areOptional, into: &row, &budget)
      count += 1
      if repetitionLevel < list.repetition { return count }
    } while repetitionLevel == list.repetition && definitionLevel >= list.definition
    return nil
  }

  /// Stands at the first triplet of a row that has not been begun; false after the last row.
  ///
  /// Row groups and pages that lie within the next `skipping` rows are passed over.
  private mutating func reachRow(skipping: inout Int) throws(ParquetError) -> Bool {
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
  @inline(__always)
  private mutating func advance(skipping: inout Int) throws(ParquetError) {
    if hasTriplet, definitionLevel == maximumDefinitionLevel { value += 1 }
    index += 1
    if index >= block.count {
      guard try readBlock(skipping: &skipping) else { return }
    }
    repetitionLevel = Int(block.repetitions[index])
    definitionLevel = Int(block.definitions[index])
  }

  /// Reads the levels of the next triplets; false at the end of the row group.
  private mutating func readBlock(skipping: inout Int) throws(ParquetError) -> Bool {
    let before = skipping
    hasTriplet = try cursor.reachPage(skipping: &skipping)
    let skipped = before - skipping
    guard skipped <= rowsLeft else {
      throw .damaged("the pages hold more rows than the row group")
    }
    rowsLeft -= skipped
    index = 0
    guard hasTriplet else {
      block.clear()
      (repetitionLevel, definitionLevel) = (0, 0)
      return false
    }
    try cursor.readLevels(into: &block)
    value = block.valuesEnd - block.valueCount
    return true
  }
}
