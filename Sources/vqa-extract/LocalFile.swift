import Glibc
import Shared

/// A file named on the command line.
enum LocalFile: SourceKind {
  static func recognizes(_ operand: String) -> Bool { true }

  static func files(
    of operand: String, _ options: SourceOptions
  ) throws(ToolError) -> [DataFile] {
    guard operand != "-" else {
      throw ToolError("<stdin>: Parquet is read from its end; save it to a file and name that")
    }
    try checkReadable(operand)
    let named = SplitName(ofFileAt: operand)?.split
    let split = named ?? options.split ?? SplitName.usual
    return [DataFile(path: operand, split: split, format: .parquet)]
  }

  /// Finds out before the first row is written whether all files are there.
  private static func checkReadable(_ path: String) throws(ToolError) {
    var info = stat()
    guard unsafe stat(path, &info) == 0, unsafe access(path, R_OK) == 0 else {
      throw ToolError("\(path): \(SystemError())")
    }
    switch info.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw ToolError("\(path): \(SystemError(code: EISDIR)); name the files in it")
    default:
      throw ToolError("\(path): not a regular file; Parquet is read from its end")
    }
  }
}
