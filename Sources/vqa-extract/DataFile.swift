import Shared

/// A file of a data set on this machine, and the split that its rows belong to.
struct DataFile: Equatable, Sendable {
  /// The kinds of files that rows are read from.
  enum Format: Equatable, Sendable {
    case parquet
  }

  /// As `open(2)` takes it.
  var path: String
  var split: String
  var format: Format

  /// Opens it before its first row.
  func open(_ columns: ColumnRequest) throws(ToolError) -> any Table {
    switch format {
    case .parquet: try ParquetTable(path: path, columns)
    }
  }
}

/// A kind of operand: files, a folder, a data set elsewhere. Whatever it is, it comes down to
/// files on this machine.
protocol SourceKind {
  /// Whether `operand` is of this kind.
  static func recognizes(_ operand: String) -> Bool

  /// The files of `operand`, in the order of their rows.
  ///
  /// - Parameter split: take only this split; nil takes all.
  /// - Throws: `ToolError` if there are none.
  static func files(of operand: String, split: String?) throws(ToolError) -> [DataFile]
}

extension DataFile {
  /// Asked in turn; the first that recognizes an operand says what it is.
  private static var kinds: [any SourceKind.Type] { [LocalFile.self] }

  /// The files of all operands, in their order.
  ///
  /// - Throws: `ToolError` if an operand is nothing that can be read, or nothing of the split.
  static func all(of operands: [String], split: String?) throws(ToolError) -> [DataFile] {
    guard !operands.isEmpty else {
      throw ToolError("no data set: name Parquet files")
    }
    var files: [DataFile] = []
    for operand in operands {
      guard let kind = kinds.first(where: { $0.recognizes(operand) }) else {
        throw ToolError("\(operand): not a data set")
      }
      files += try kind.files(of: operand, split: split)
    }
    guard let split else { return files }
    let wanted = files.filter { $0.split == split }
    if wanted.isEmpty, let first = files.first {
      throw ToolError("\(first.path): is of the split \(first.split), not \(split)")
    }
    return wanted
  }
}
