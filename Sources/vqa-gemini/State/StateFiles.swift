import Glibc
import SQLite
import Shared

/// Where the tool keeps what outlasts a run (XDG Base Directory Specification).
enum StateFiles {
  /// `$XDG_CACHE_HOME/vqa/answers.sqlite`: may be deleted, at the price of
  /// paying again.
  static func cache(_ environment: [String: String]) throws(ToolError) -> String {
    try path(environment, "XDG_CACHE_HOME", ".cache", "answers.sqlite")
  }

  /// `$XDG_STATE_HOME/vqa/limits.sqlite`.
  static func limits(_ environment: [String: String]) throws(ToolError) -> String {
    try path(environment, "XDG_STATE_HOME", ".local/state", "limits.sqlite")
  }

  private static func path(
    _ environment: [String: String], _ variable: String, _ standard: String, _ name: String
  ) throws(ToolError) -> String {
    // The specification has relative paths ignored.
    let isAbsolute: (String?) -> Bool = { $0?.hasPrefix("/") == true }
    if let folder = environment[variable], isAbsolute(folder) { return "\(folder)/vqa/\(name)" }
    if let home = environment["HOME"], isAbsolute(home) { return "\(home)/\(standard)/vqa/\(name)" }
    throw ToolError("no place for \(name): neither \(variable) nor HOME is set")
  }

  /// Opens a database of ours, with its folder if need be.
  ///
  /// - Parameters:
  ///   - kind: tells our files from each other and from other programs'.
  ///   - schema: makes the tables of an empty file.
  static func open(_ path: String, kind: Kind, schema: String) throws(ToolError) -> Database {
    if let slash = path.lastIndex(of: "/") { makeFolder(path[..<slash]) }
    do throws(DatabaseError) {
      let database = try Database(path: path, pageSize: kind.pageSize)
      let isOurs = try database.transaction { () throws(DatabaseError) -> Bool in
        let found = try identity(database)
        if found == kind.rawValue { return true }
        guard found == 0, try isEmpty(database) else { return false }
        try database.execute(schema + "; PRAGMA application_id = \(kind.rawValue)")
        return true
      }
      if isOurs { return database }
    } catch {
      throw ToolError("\(path): \(error)")
    }
    throw ToolError("\(path): not a database of this tool")
  }

  /// SQLite's `application_id`, which also stands for the schema's version.
  enum Kind: Int64 {
    case answers = 0x7671_6101
    case limits = 0x7671_6C01

    /// Every change of a few bytes writes whole pages: that of the limits,
    /// which are changed with each request, is small.
    var pageSize: Int { self == .limits ? 1024 : 4096 }
  }

  private static func identity(_ database: borrowing Database) throws(DatabaseError) -> Int64 {
    let statement = try database.prepare("PRAGMA application_id")
    return try statement.step() ? statement.integer(0) : 0
  }

  private static func isEmpty(_ database: borrowing Database) throws(DatabaseError) -> Bool {
    try !database.prepare("SELECT 1 FROM sqlite_schema").step()
  }

  /// For the owner alone; failures show when the file is opened.
  private static func makeFolder(_ path: Substring) {
    var end = path.startIndex
    while end < path.endIndex {
      end = path[end...].dropFirst().firstIndex(of: "/") ?? path.endIndex
      _ = unsafe mkdir(String(path[..<end]), 0o700)
    }
  }
}
