import Shared

/// A file of a data set on this machine, and the split that its rows belong to.
struct DataFile: Equatable, Sendable {
  /// The kinds of files that rows are read from.
  enum Format: Equatable, Sendable {
    case parquet
    /// JSON Lines: an object a line.
    case jsonLines
    /// A JSON array of objects; of the OSF original those of the file's split.
    case jsonArray
    /// RFC 4180 with the names of the columns in the first record, fields parted by this byte.
    case csv(separator: UInt8)
  }

  /// As `open(2)` takes it.
  var path: String
  var split: String
  var format: Format

  /// Opens it before its first row.
  func open(_ options: ReadOptions) throws(ToolError) -> any Table {
    switch format {
    case .parquet: try ParquetTable(self, options)
    case .jsonLines: try JSONLinesTable(self, options)
    case .jsonArray: try JSONArrayTable(self, options)
    case .csv(let separator): try CSVTable(self, separator: separator, options)
    }
  }

  /// As messages call it.
  var name: String { path == "-" ? "<stdin>" : path }

  /// The folder that relative names in it start from, with a slash behind it; none for the
  /// working directory.
  var folder: String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }
}

/// What is to be read of a file.
struct ReadOptions: Sendable {
  var columns = ColumnRequest()
  /// Where images that a row names are; nil stands for the folder of the file with the rows.
  var imagesFolder: String?
  /// Whether the bytes of images that a row names are written too.
  var embeds = false
}

/// A kind of operand: files, a folder, a data set elsewhere. Whatever it is, it comes down to
/// files on this machine.
protocol SourceKind {
  /// Whether `operand` is of this kind.
  static func recognizes(_ operand: String) -> Bool

  /// The files of `operand`, in the order of their rows.
  ///
  /// - Throws: `ToolError` if there are none.
  static func files(of operand: String, _ options: SourceOptions) throws(ToolError) -> [DataFile]
}

/// What the command line says of where rows come from.
struct SourceOptions {
  /// Take only this split; nil takes all.
  var split: String?
  /// A configuration of a data set on the Hub.
  var config: String?
  /// A branch, tag or commit of a data set on the Hub.
  var revision: String?
  /// Where a download tells how it goes.
  var progress: Progress
}

extension DataFile {
  /// Asked in turn; the first that recognizes an operand says what it is.
  private static var kinds: [any SourceKind.Type] { [HubSource.self, Folder.self, LocalFile.self] }

  /// The files of all operands, in their order.
  ///
  /// - Throws: `ToolError` if an operand is nothing that can be read, or nothing of the split.
  static func all(
    of operands: [String], _ options: SourceOptions
  ) throws(ToolError) -> [DataFile] {
    var files: [DataFile] = []
    for operand in operands.isEmpty ? [HubSource.standard] : operands {
      guard let kind = kinds.first(where: { $0.recognizes(operand) }) else {
        throw ToolError("\(operand): not a data set")
      }
      files += try kind.files(of: operand, options)
    }
    guard let split = options.split else { return files }
    let wanted = files.filter { $0.split == split }
    if wanted.isEmpty, let first = files.first {
      throw ToolError("\(first.name): is of the split \(first.split), not \(split)")
    }
    return wanted
  }
}
