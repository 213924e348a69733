import Glibc
import Shared

/// A folder of images with `metadata.jsonl` or `metadata.csv`, in it or in a folder for each split,
/// or a folder of Parquet files such as a clone of a data set.
///
/// https://huggingface.co/docs/datasets/image_dataset#imagefolder
enum Folder: SourceKind {
  static func recognizes(_ operand: String) -> Bool {
    var info = stat()
    return unsafe stat(operand, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }

  static func files(
    of operand: String, _ options: SourceOptions
  ) throws(ToolError) -> [DataFile] {
    var root = operand
    while root.count > 1, root.hasSuffix("/") { root.removeLast() }
    let names = try list(root, depth: 0).sorted()
    let metadata = names.filter { isMetadata($0, among: names) }
    let chosen = metadata.isEmpty ? names.filter { $0.hasSuffix(".parquet") } : metadata
    guard !chosen.isEmpty else {
      throw ToolError("\(operand): neither metadata.jsonl, metadata.csv nor Parquet files in it")
    }
    var files: [DataFile] = []
    for path in chosen {
      let named = metadata.isEmpty ? SplitName(ofFileAt: path) : SplitName(ofFolderAround: path)
      let split = named?.split ?? options.split ?? SplitName.usual
      files.append(
        DataFile(path: path, split: split, format: try LocalFile.format(of: path)))
    }
    return files
  }

  /// Where there are both kinds, `metadata.jsonl` it is.
  private static func isMetadata(_ path: String, among all: [String]) -> Bool {
    if path.hasSuffix("/metadata.jsonl") { return true }
    guard path.hasSuffix("/metadata.csv") else { return false }
    return !all.contains(path.dropLast(4) + ".jsonl")
  }

  /// Deep enough for `config/split/0000.parquet`; hidden folders, such as git's, are left out.
  private static let maximumDepth = 3

  private static func list(_ folder: String, depth: Int) throws(ToolError) -> [String] {
    guard let handle = unsafe opendir(folder) else {
      throw ToolError("\(folder): \(SystemError())")
    }
    defer { unsafe closedir(handle) }
    var found: [String] = []
    while let entry = unsafe readdir(handle) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      guard !name.hasPrefix(".") else { continue }
      let path = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
      if recognizes(path) {
        if depth < maximumDepth { found += try list(path, depth: depth + 1) }
      } else if name == "metadata.jsonl" || name == "metadata.csv" || name.hasSuffix(".parquet") {
        found.append(path)
      }
    }
    return found
  }
}
