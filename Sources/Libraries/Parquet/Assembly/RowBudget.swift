/// How much one row may hold. A few bytes of a file can stand for a list of two thousand million
/// values, so a row is not believed to fit into memory.
struct RowBudget {
  private static let maximumValues = 1 << 22
  private static let maximumBytes = 1 << 29

  private var valuesLeft = RowBudget.maximumValues
  private var bytesLeft = RowBudget.maximumBytes

  /// Counts a value, null or not.
  @inline(__always)
  mutating func takeValue() throws(ParquetError) {
    valuesLeft -= 1
    guard valuesLeft >= 0 else {
      throw .unsupported("a row with more than \(RowBudget.maximumValues) values in its lists")
    }
  }

  /// Counts the bytes of a value.
  @inline(__always)
  mutating func takeBytes(_ count: Int) throws(ParquetError) {
    bytesLeft -= count
    guard bytesLeft >= 0 else {
      throw .unsupported("a row with more than \(RowBudget.maximumBytes >> 20) MiB in its lists")
    }
  }
}
