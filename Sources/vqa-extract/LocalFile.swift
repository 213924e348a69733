import Glibc
import Shared

/// A file named on the command line, or stdin.
enum LocalFile: SourceKind {
  static func recognizes(_ operand: String) -> Bool { true }

  static func files(
    of operand: String, _ options: SourceOptions
  ) throws(ToolError) -> [DataFile] {
    let split = SplitName(ofFileAt: operand)?.split ?? options.split ?? SplitName.usual
    guard operand != "-" else {
      return [DataFile(path: operand, split: split, format: .jsonLines)]
    }
    let format = try format(of: operand)
    let file = DataFile(path: operand, split: split, format: format)
    guard format == .jsonArray else { return [file] }
    let told = try JSONArrayTable.splits(of: operand)
    return told.isEmpty
      ? [file] : told.map { DataFile(path: operand, split: $0, format: format) }
  }

  /// Told by the first bytes, and only where these can be anything by the name.
  ///
  /// - Throws: if the file cannot be read: that is known before the first row is written.
  static func format(of path: String) throws(ToolError) -> DataFile.Format {
    let start = try firstBytes(of: path)
    if start.starts(with: Array("PAR1".utf8)) { return .parquet }
    let name = path.lowercased()
    if name.hasSuffix(".parquet") { return .parquet }
    if name.hasSuffix(".csv") { return .csv(separator: UInt8(ascii: ",")) }
    if name.hasSuffix(".tsv") { return .csv(separator: UInt8(ascii: "\t")) }
    switch start.first(where: { ![0xEF, 0xBB, 0xBF, 0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
    case UInt8(ascii: "["): return .jsonArray
    case UInt8(ascii: "{"): return .jsonLines
    default:
      let known = [".json", ".jsonl", ".ndjson"].contains { name.hasSuffix($0) }
      if known { return .jsonLines }
      throw ToolError("\(path): neither Parquet nor JSON, and by its name no CSV")
    }
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
