/// Why a Parquet file could not be read: what is wrong, with which part of the file.
public struct ParquetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Whose fault it is.
  public enum Kind: Equatable, Sendable {
    /// The bytes break the format: cut, overwritten, or not Parquet at all.
    case damaged
    /// The file is in order but uses something that this reader does not read.
    case unsupported
    /// The system refused to read the file.
    case unreadable
  }

  /// Whose fault it is.
  public let kind: Kind
  /// One line of text, without the file's name.
  public let message: String

  /// The message, ready to follow the file's name.
  public var description: String { message }

  static func damaged(_ message: String) -> ParquetError {
    ParquetError(kind: .damaged, message: message)
  }

  static func unsupported(_ message: String) -> ParquetError {
    ParquetError(kind: .unsupported, message: message)
  }

  /// The same error, saying where in the file it happened.
  func at(_ place: String) -> ParquetError {
    ParquetError(kind: kind, message: "\(place): \(message)")
  }
}
