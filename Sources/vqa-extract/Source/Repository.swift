import Shared

/// Files of a data set: a folder on this machine, or a repository on the Hub
/// of which a file is fetched when its turn comes.
final class Repository {
  /// What messages call it.
  let name: String
  /// Relative to its root.
  let paths: [String]
  /// Whether its files are fetched from elsewhere.
  let isRemote: Bool
  private let fetch: (String) throws(ToolError) -> String

  /// - Parameter fetch: gives where on this machine a file is.
  init(
    name: String, paths: [String], isRemote: Bool,
    fetch: @escaping (String) throws(ToolError) -> String
  ) {
    self.name = name
    self.paths = paths
    self.isRemote = isRemote
    self.fetch = fetch
  }

  /// Where on this machine the file `path` is.
  func file(_ path: String) throws(ToolError) -> String { try fetch(path) }

  /// Whether there is a file of that path.
  func has(_ path: String) -> Bool { known.contains(path) }

  /// The paths in a folder, relative to it.
  func paths(below folder: String) -> [String] {
    paths.filter { $0.hasPrefix(folder + "/") }.map {
      String($0.utf8.dropFirst(folder.utf8.count + 1)) ?? $0
    }
  }

  private lazy var known = Set(paths)
}
