import Parquet
import Shared

/// What the command line says of where rows come from.
struct SourceOptions {
  /// Take only this split; nil takes all.
  var split: String?
  /// A configuration of the data set.
  var config: String?
  /// A branch, tag or commit of a data set on the Hub.
  var revision: String?
  /// The separator of CSV files; nil for the one that the name tells.
  var separator: UInt8?
  /// The encoding of text files; nil for UTF-8.
  var encoding: String?
  /// Where images are that rows name: folders and zip files.
  var images: [String] = []
  /// Whether the bytes of images in folders are written too.
  var embeds = false
  /// Where a download shows how far it is.
  var progress: Progress
}

/// The files that rows are read from, in order.
struct Source {
  let files: [DataFile]
  private let options: SourceOptions
  /// Where pictures are that rows name; nil for the folder of each file.
  private let places: [PicturePlace]?

  /// Finds the files of all operands.
  ///
  /// - Throws: `ToolError` if an operand is nothing that can be read, or
  ///   nothing of the split.
  init(_ operands: [String], _ options: SourceOptions) throws(ToolError) {
    self.options = options
    var files: [DataFile] = []
    var repositories: [Repository] = []
    for operand in operands.isEmpty ? [HubSource.standard] : operands {
      if HubSource.recognizes(operand) {
        let found = try HubSource.files(of: operand, options)
        files += found.files
        repositories.append(found.repository)
      } else if Folder.recognizes(operand) {
        let found = try Folder.files(of: operand, options)
        files += found.files
        repositories.append(found.repository)
      } else {
        files += try LocalFile.files(of: operand, options)
      }
    }
    if let split = options.split {
      let wanted = files.filter { $0.split == split }
      if wanted.isEmpty, let first = files.first {
        throw ToolError("\(first.name): is of the split \(first.split), not \(split)")
      }
      files = wanted
    }
    self.files = files
    places =
      options.images.isEmpty
      ? nil
      : try PicturePlace.all(
        options.images, repositories: repositories, embeds: options.embeds)
  }

  /// Opens a file before its first record.
  func open(_ file: DataFile) throws(ToolError) -> any RecordReader {
    let path = try file.fetch()
    let name = file.name
    let encoding = options.encoding
    if path == "-" {
      let lines = try TextLines(path: path, encoding: encoding)
      return try JSONRecords(JSONLinesSource(lines, name: name))
    }
    switch try FileFormat(ofFileAt: path, options) {
    case .parquet: return try ParquetRecords(path: path, name: name)
    case .jsonLines:
      let lines = try TextLines(path: path, encoding: encoding)
      return try JSONRecords(JSONLinesSource(lines, name: name))
    case .jsonArray:
      let elements = try JSONElements(path: path, encoding: encoding, name: name)
      return try JSONRecords(JSONArraySource(elements, split: file.split))
    case .nestedResult:
      return try JSONRecords(try NestedResult.source(path: path, split: file.split))
    case .csv(let usual):
      let lines = try TextLines(path: path, encoding: encoding)
      let separator = options.separator ?? file.separator ?? usual
      return try CSVRecords(lines, name: name, separator: separator)
    }
  }

  /// What makes rows of the reader's records; nil if there are no records.
  func composer(
    _ reader: any RecordReader, _ file: DataFile, _ request: ColumnRequest
  ) throws(ToolError) -> RowComposer? {
    guard !reader.columns.isEmpty else { return nil }
    let layout = try layout(reader, request, file.name)
    do throws(ToolError) {
      try reader.select(layout.paths, written: Set(layout.kept.map(\.selection)))
    } catch {
      throw error.inFile(file.name)
    }
    return RowComposer(layout, reader, pictures(for: file))
  }

  /// Columns that the first records of a JSON file lack may come later.
  private func layout(
    _ reader: any RecordReader, _ request: ColumnRequest, _ name: String
  ) throws(ToolError) -> Layout {
    while true {
      let problem: ToolError
      do throws(ToolError) {
        return try Layout(request, among: reader.columns)
      } catch {
        problem = error.inFile(name)
      }
      let known = reader.columns.count
      guard let json = reader as? JSONRecords else { throw problem }
      while json.columns.count == known {
        guard try json.lookAhead() else { throw problem.adding(json.hint) }
      }
    }
  }

  private func pictures(for file: DataFile) -> Pictures {
    if let places { return Pictures(places: places, embeds: options.embeds) }
    if case .within(let repository, _) = file.place, repository.isRemote {
      let place = PicturePlace.repository(repository, folder: file.folder)
      return Pictures(places: [place], embeds: true)
    }
    return Pictures(places: [.folder(file.folder)], embeds: options.embeds)
  }

  /// The number of records of a file, of a Parquet file from its footer alone.
  func recordCount(of file: DataFile) throws(ToolError) -> Int {
    let path = try file.fetch()
    if path != "-", try FileFormat(ofFileAt: path, options) == .parquet {
      do throws(ParquetError) {
        return try ParquetFile(path: path).rowCount
      } catch {
        throw ToolError("\(file.name): \(error)")
      }
    }
    return try open(file).skip(.max)
  }
}
