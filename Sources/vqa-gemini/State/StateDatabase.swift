import Glibc
import SQLite
import Shared

/// A kind of database of this tool: how it is recognised, what is in it, and
/// how one of an earlier version is migrated.
struct StateDatabase: Sendable {
  /// SQLite's `application_id`, which tells our files from each other and from
  /// other programs'.
  let applicationID: Int64
  /// Bytes of a page. Every change of a few bytes writes whole pages.
  let pageSize: Int
  /// SQL that makes the tables of an empty file, as of the latest version.
  let schema: String
  /// `migrations[v]` is SQL that makes version `v + 1` (`user_version`) of
  /// version `v`.
  let migrations: [String]
  /// What it costs to start with an empty file.
  let cost: String
  /// How to have it elsewhere.
  var place = "use another folder"

  /// The version that this tool writes.
  var version: Int64 { Int64(migrations.count) }

  /// Opens a database of this kind, with its directory if need be, and brings
  /// it up to the latest version. Nothing is written to a file before it is
  /// recognised, and an up-to-date one is opened without any lock. A lock that
  /// another process holds is waited for.
  ///
  /// - Parameter path: empty for a temporary file.
  func open(_ path: String) throws(ToolError) -> Database {
    StateFiles.create(path)
    var wait = LockWait(path: path)
    while true {
      var found = Identity.empty
      do throws(DatabaseError) {
        let database = try open(path, &found)
        if found == .version(version) {
          StateFiles.makePrivate(path)
          return database
        }
      } catch {
        guard error.isBusy else { throw failure(error, path) }
        guard Interrupt.requested == nil else {
          throw ToolError("\(path): interrupted while waiting for another process")
        }
        wait.blocked(now: BootClock.now())
        usleep(20_000)
        continue
      }
      throw refusal(found, path)
    }
  }

  /// What to report of a failure in the database.
  func failure(_ error: DatabaseError, _ path: String) -> ToolError {
    guard error.isDamaged else {
      // SQLite often fails at a file next to it.
      if error.isRefused, let obstacle = StateFiles.obstacle(path) {
        return ToolError("\(path): \(obstacle); \(place)")
      }
      return ToolError("\(path.isEmpty ? "temporary file" : path): \(error)")
    }
    return ToolError("\(path): damaged (\(error)); move the file away to start anew: \(cost)")
  }

  /// What a file turns out to be.
  private enum Identity: Equatable {
    case empty
    case version(Int64)
    case foreign
  }

  private func refusal(_ found: Identity, _ path: String) -> ToolError {
    guard case .version(let version) = found else {
      return ToolError("\(path): a database of another program; name another file, or move it away")
    }
    return ToolError(
      "\(path): written by a newer version of this tool (format \(version), this one knows "
        + "\(self.version)); use that version, or move the file away: \(cost)")
  }

  private func open(
    _ path: String, _ found: inout Identity
  ) throws(DatabaseError) -> Database {
    let database = try Database(path: path)
    // In one snapshot: another process may be creating it.
    try database.execute("BEGIN")
    found = try identity(database)
    try database.execute("COMMIT")
    switch found {
    case .foreign: return database
    case .version(let number) where number > version || number < 0: return database
    case .empty, .version: break
    }
    try database.useWAL(pageSize: pageSize)
    guard found != .version(version) else { return database }
    found = try database.transaction { () throws(DatabaseError) -> Identity in
      // Under the lock: another process may have done it in the meantime.
      try upgrade(database, from: try identity(database))
      return try identity(database)
    }
    return database
  }

  private func identity(_ database: borrowing Database) throws(DatabaseError) -> Identity {
    let id = try database.integer("PRAGMA application_id")
    let version = try database.integer("PRAGMA user_version")
    if id == applicationID { return .version(version) }
    let tables = try database.integer("SELECT count(*) FROM sqlite_schema")
    return id == 0 && version == 0 && tables == 0 ? .empty : .foreign
  }

  private func upgrade(
    _ database: borrowing Database, from found: Identity
  ) throws(DatabaseError) {
    switch found {
    case .foreign: return
    case .empty: try database.execute(schema)
    case .version(let number):
      guard (0..<version).contains(number) else { return }
      for migration in migrations[Int(number)...] { try database.execute(migration) }
    }
    try database.execute(
      "PRAGMA application_id=\(applicationID); PRAGMA user_version=\(version)")
  }
}
