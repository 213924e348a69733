import Glibc
import Shared

/// The file of `--keys`.
enum KeyFile {
  /// Its text.
  ///
  /// - Throws: `ToolError`, which names the file only if there is one or
  ///   `argument` can only be a path: people also give the key itself.
  static func contents(_ argument: String) throws(ToolError) -> String {
    do throws(SmallFile.Failure) {
      let bytes = try SmallFile.contents(argument, limit: 1 << 20)
      return String(decoding: bytes, as: UTF8.self)
    } catch {
      let name = isPath(argument) ? argument : "--keys"
      switch error {
      case .system(let error):
        let hint = isPath(argument) ? "" : "; it takes the name of a file of keys, not a key"
        throw ToolError("\(name): \(error)\(hint)")
      case .notAFile: throw ToolError("\(name): not a file")
      case .tooLarge: throw ToolError("\(name): longer than \(1 << 20) bytes")
      }
    }
  }

  /// Whether anybody but the owner can read it.
  static func isReadableByOthers(_ path: String) -> Bool {
    var info = stat()
    guard unsafe stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return false }
    return info.st_mode & (S_IRGRP | S_IROTH) != 0
  }

  /// Whether an argument may be shown: it names something, is in a folder that
  /// exists, or is a short word or a name with a usual extension.
  private static func isPath(_ argument: String) -> Bool {
    if unsafe access(argument, F_OK) == 0 { return true }
    let extensions = [".txt", ".key", ".keys", ".conf", ".env", ".list", ".csv"]
    if extensions.contains(where: argument.hasSuffix) { return true }
    if argument.utf8.count <= 8, argument.allSatisfy({ $0.isLowercase }) { return true }
    guard let slash = argument.lastIndex(of: "/") else { return false }
    let folder = argument[...slash]
    return unsafe access(String(folder), F_OK) == 0
  }
}
