/// Why rows cannot be written: lower case, no full stop.
public struct ParquetWriterError: Error, CustomStringConvertible, Sendable {
  /// What was wrong.
  public let description: String

  init(_ description: String) { self.description = description }
}
