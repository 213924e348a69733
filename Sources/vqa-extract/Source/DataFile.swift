import Shared

/// A file with rows, and the split that they belong to.
struct DataFile {
  enum Place {
    /// As `open(2)` takes it; `-` is stdin.
    case local(String)
    case within(Repository, path: String)
  }

  let place: Place
  let split: String
  /// The separator of CSV files, where something names one.
  var separator: UInt8?

  /// As messages call it.
  var name: String {
    switch place {
    case .local("-"): "<stdin>"
    case .local(let path): path
    case .within(let repository, let path):
      repository.isRemote ? "\(repository.name): \(path)" : join(repository.name, path)
    }
  }

  /// Where on this machine it is; it is fetched first if need be.
  func fetch() throws(ToolError) -> String {
    switch place {
    case .local(let path): path
    case .within(let repository, let path): try repository.file(path)
    }
  }
}

/// `folder/path`
func join(_ folder: String, _ path: String) -> String {
  folder.hasSuffix("/") || folder.isEmpty ? folder + path : "\(folder)/\(path)"
}

extension DataFile {
  /// The path of the folder that names in it are relative to, within its
  /// repository or on this machine; with a slash behind it, or empty.
  var folder: String {
    switch place {
    case .local(let path): Self.folder(of: path)
    case .within(let repository, let path):
      repository.isRemote ? Self.folder(of: path) : Self.folder(of: join(repository.name, path))
    }
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }
}
