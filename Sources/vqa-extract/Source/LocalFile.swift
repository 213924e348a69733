import DataFiles
import Glibc
import Shared

/// A file named on the command line, or stdin.
enum LocalFile {
  static func files(
    of operand: String, _ options: SourceOptions
  ) throws(ToolError) -> [DataFile] {
    let split = SplitName.of(operand) ?? options.split ?? SplitName.usual
    guard operand != "-" else { return [DataFile(place: .local(operand), split: split)] }
    return try expanded(DataFile(place: .local(operand), split: split), operand, options)
  }

  /// Of a file whose records say their splits themselves one for each split.
  ///
  /// - Parameter path: where the file is, on this machine.
  /// - Throws: if the file cannot be read: that is known before the first row
  ///   is written.
  static func expanded(
    _ file: DataFile, _ path: String, _ options: SourceOptions
  ) throws(ToolError) -> [DataFile] {
    let splits: [String]
    switch try FileFormat(ofFileAt: path, options) {
    case .jsonArray: splits = try OSFSplit.all(inFileAt: path, encoding: options.encoding)
    case .nestedResult: splits = try NestedResult.splits(inFileAt: path)
    default: splits = []
    }
    return splits.isEmpty
      ? [file]
      : splits.map { DataFile(place: file.place, split: $0, separator: file.separator) }
  }
}

/// A folder: of data files such as a clone of a data set, or of images with
/// their metadata.
enum Folder {
  static func recognizes(_ operand: String) -> Bool {
    var info = stat()
    return unsafe stat(operand, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }

  static func files(
    of operand: String, _ options: SourceOptions
  ) throws(ToolError) -> (files: [DataFile], repository: Repository) {
    var root = operand
    while root.count > 1, root.hasSuffix("/") { root.removeLast() }
    let repository = Repository(
      name: root, paths: try FolderWalk.paths(below: root), isRemote: false
    ) { (path) throws(ToolError) in join(root, path) }
    let found = try DataSet.files(of: repository, options)
    var files: [DataFile] = []
    for file in found { files += try LocalFile.expanded(file, try file.fetch(), options) }
    return (files, repository)
  }
}

/// The rules of data files, applied to a repository.
enum DataSet {
  /// The files of the configuration and the split that are wanted.
  ///
  /// - Throws: `ToolError` that names the data set.
  static func files(
    of repository: Repository, _ options: SourceOptions
  ) throws(ToolError) -> [DataFile] {
    do {
      return try resolved(repository, options)
    } catch let error as DataFilesError {
      throw ToolError("\(repository.name): \(error)")
    } catch let error as ToolError {
      throw error
    } catch {
      throw ToolError("\(repository.name): \(error)")
    }
  }

  /// - Throws: `DataFilesError` without the data set's name, or `ToolError`.
  static func resolved(_ repository: Repository, _ options: SourceOptions) throws -> [DataFile] {
    var card = Card()
    for path in Card.paths where repository.has(path) {
      let text = try SmallFile.read(try repository.file(path))
      try card.read(String(decoding: text, as: UTF8.self), of: path)
    }
    let dataFiles = try DataFiles(
      paths: repository.paths, card: card, configuration: options.config)
    for note in dataFiles.notes {
      StandardError.line("\(Extract.toolName): \(repository.name): \(note)")
    }
    let separator = dataFiles.separator.flatMap { Separator.byte($0) }
    return try dataFiles.chosen(options.split).flatMap { split in
      split.paths.map {
        DataFile(
          place: .within(repository, path: $0), split: split.name, separator: separator)
      }
    }
  }
}

/// What separates the fields of CSV files.
enum Separator {
  /// The byte that an option or a card names: itself, or `\t`.
  static func byte(_ text: String) -> UInt8? {
    if text == "\\t" || text == "tab" { return UInt8(ascii: "\t") }
    let bytes = Array(text.utf8)
    guard bytes.count == 1, bytes[0] < 0x80, ![0x0A, 0x0D, 0x22].contains(bytes[0]) else {
      return nil
    }
    return bytes[0]
  }
}
