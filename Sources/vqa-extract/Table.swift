import Shared

/// The questions of one file, one after another. What a kind of data set has to offer.
protocol Table {
  /// Passes over `count` rows, or as many as there are left, and gives how many that were.
  ///
  /// - Throws: `ToolError` that names the file.
  mutating func skip(_ count: Int) throws(ToolError) -> Int

  /// Appends the members of the next row: `,"question":…,"answer":…,"image":…` and then the
  /// columns to be kept; nothing after the last row.
  ///
  /// - Throws: `ToolError` that names the file.
  mutating func appendNext(to line: inout [UInt8]) throws(ToolError) -> NextRow
}

/// What `appendNext` came upon.
enum NextRow {
  /// There is no row any more.
  case none
  case done
  /// The row is there, but lacks something.
  case failed(RowFailure)
}
