import Glibc
import Shared

/// What is in a file with rows.
enum FileFormat: Equatable {
  case parquet
  /// An object a line.
  case jsonLines
  /// An array of objects.
  case jsonArray
  /// A result of `vqa-merge` or the notebook.
  case nestedResult
  /// RFC 4180 with the names of the columns in the first record.
  case csv(separator: UInt8)

  /// Told by the first bytes, and only where these can be anything by the name.
  ///
  /// - Parameter options: what the text is said to be.
  /// - Throws: `ToolError` if the file cannot be read, or is none of these.
  init(ofFileAt path: String, _ options: SourceOptions) throws(ToolError) {
    let encoding = options.encoding
    let start = try Self.firstBytes(of: path)
    guard !start.isEmpty else { throw ToolError("\(path): the file is empty") }
    if start.starts(with: Array("version https://git-lfs.github.com/spec/".utf8)) {
      throw ToolError("\(path): a Git LFS pointer and not the file; run git lfs pull")
    }
    let name = path.lowercased()
    if start.starts(with: Array("PAR1".utf8)) || name.hasSuffix(".parquet") {
      self = .parquet
      return
    }
    if encoding == nil, start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
      throw ToolError("\(path): the text is in UTF-16; give --encoding utf-16")
    }
    if let hint = Self.packing(start, name) { throw ToolError("\(path): \(hint)") }
    if name.hasSuffix(".csv") {
      self = .csv(separator: UInt8(ascii: ","))
    } else if name.hasSuffix(".tsv") {
      self = .csv(separator: UInt8(ascii: "\t"))
    } else if let separator = options.separator, !Self.isJSON(name) {
      self = .csv(separator: separator)
    } else {
      self = try Self.json(path, start, encoding)
    }
  }

  /// What to do with a file that has others in it; nil for other files.
  private static func packing(_ start: [UInt8], _ name: String) -> String? {
    let programs: [(program: String, signature: [UInt8])] = [
      ("gzip", [0x1F, 0x8B]), ("zstd", [0x28, 0xB5, 0x2F, 0xFD]), ("bzip2", Array("BZh".utf8)),
      ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A]),
    ]
    let isTar = [".tar", ".tar.gz", ".tgz"].contains { name.hasSuffix($0) }
    if isTar || start.starts(with: Array("PK\u{3}\u{4}".utf8)) {
      return "an archive, as of WebDataset; rows are not read from archives: unpack it"
    }
    return programs.first { start.starts(with: $0.signature) }.map {
      "packed by \($0.program); unpack it, or \($0.program) -dc FILE | vqa-extract -"
    }
  }

  private static func isJSON(_ name: String) -> Bool {
    [".json", ".jsonl", ".ndjson"].contains { name.hasSuffix($0) }
  }

  private static func json(
    _ path: String, _ start: [UInt8], _ encoding: String?
  ) throws(ToolError) -> FileFormat {
    let isMark = { (byte: UInt8) in
      // White space, a byte order mark, and the zeros of other encodings.
      [0xEF, 0xBB, 0xBF, 0x20, 0x09, 0x0A, 0x0D, 0x00, 0xFF, 0xFE].contains(byte)
    }
    switch start.first(where: { !isMark($0) }) {
    case UInt8(ascii: "["): return .jsonArray
    case UInt8(ascii: "{"): return try object(path, encoding)
    default:
      if isJSON(path.lowercased()) { return .jsonLines }
      throw ToolError(
        "\(path): neither Parquet nor JSON, and by its name no CSV; of a table say what "
          + "separates its fields, for example --delimiter '|'")
    }
  }

  /// A line with a whole object is JSON Lines; else the file is one object.
  private static func object(
    _ path: String, _ encoding: String?
  ) throws(ToolError) -> FileFormat {
    var lines = try TextLines(path: path, encoding: encoding)
    var first: Line?
    repeat { first = try lines.next() } while first?.text.allSatisfy { $0 <= 0x20 } == true
    guard let text = first?.text else { return .jsonLines }
    if let value = try? PythonJSON.parse(text) {
      let isNested = value.members.map { $0.count > 0 && NestedResult.isImage($0[0].value) }
      return isNested == true ? .nestedResult : .jsonLines
    }
    guard path.lowercased().hasSuffix(".json") || text.allSatisfy({ $0 == 0x7B || $0 <= 0x20 })
    else { return .jsonLines }
    let root = try TextLines(path: path, encoding: encoding).json(path)
    guard let image = root.members?.first?.value, NestedResult.isImage(image) else {
      let keys = Shown.list(root.keys ?? [])
      throw ToolError(
        "\(path): one JSON object (\(keys)) and not an array of rows\(WholeObject.hint(root))")
    }
    return .nestedResult
  }

  private static func firstBytes(of path: String) throws(ToolError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw ToolError("\(path): \(SystemError())") }
    defer { close(descriptor) }
    var info = stat()
    guard unsafe fstat(descriptor, &info) == 0 else { throw ToolError("\(path): \(SystemError())") }
    guard info.st_mode & S_IFMT == S_IFREG else {
      throw ToolError("\(path): not a regular file; '-' reads JSON Lines from stdin")
    }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe read(descriptor, $0.baseAddress, $0.count)
    }
    guard count >= 0 else { throw ToolError("\(path): \(SystemError())") }
    return Array(bytes.prefix(count))
  }
}

/// A file that is one JSON object with the rows somewhere in it.
enum WholeObject {
  /// How to get at the rows; empty if it is not seen where they are.
  static func hint(_ object: JSONValue) -> String {
    let members = object.members ?? []
    for (name, value) in members where value.elements?.first.map(isRow) == true {
      guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0 == "_") }) else { continue }
      return how(".\(Shown.text(name))[]")
    }
    return members.first.map { isRow($0.value) } == true ? how(".[]") : ""
  }

  private static func isRow(_ value: JSONValue) -> Bool {
    value.keys?.contains { $0.hasPrefix("question") || $0.hasPrefix("answer") } == true
  }

  private static func how(_ filter: String) -> String {
    "; its rows may be those of jq -c '\(filter)' FILE | vqa-extract -"
  }
}
