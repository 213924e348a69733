import SQLite
import Shared

/// The answers that have been paid for, by the digest of their request.
///
/// Each is written as it arrives, in a transaction of its own, so a process
/// killed at any moment loses none. Several processes share one file. What is
/// kept is what the row was given, so that it is given the same bytes again.
final class AnswerCache {
  private let database: Database
  private let find: Statement
  private let add: Statement
  private let refreshed: Statement?

  /// - Parameters:
  ///   - path: nil for answers that are kept for this run only, in a
  ///     temporary file.
  ///   - refresh: whether only the answers of this run count.
  init(path: String?, refresh: Bool) throws(ToolError) {
    database = try ReplyCache.kind.open(path ?? "")
    do throws(DatabaseError) {
      var condition = ""
      if refresh {
        try database.execute("CREATE TEMP TABLE fresh(key BLOB PRIMARY KEY) WITHOUT ROWID")
        condition = " AND EXISTS (SELECT 1 FROM temp.fresh WHERE key = ?1)"
        refreshed = try database.prepare("INSERT OR IGNORE INTO temp.fresh VALUES (?1)")
      } else {
        refreshed = nil
      }
      find = try database.prepare("SELECT members FROM legacy_answers WHERE key = ?1" + condition)
      add = try database.prepare("INSERT OR REPLACE INTO legacy_answers VALUES (?1, ?2)")
    } catch {
      throw ToolError("\(path ?? "temporary file"): \(error)")
    }
  }

  /// The members that the request with this digest was answered with, if it was.
  func members(for key: [UInt8]) throws(DatabaseError) -> [UInt8]? {
    defer { find.reset() }
    try find.bind(1, key)
    return try find.step() ? find.blob(0) : nil
  }

  /// Keeps an answer.
  func store(_ members: [UInt8], for key: [UInt8]) throws(DatabaseError) {
    try add.bind(1, key)
    try add.bind(2, members)
    try add.run()
    try refreshed?.bind(1, key)
    try refreshed?.run()
  }
}
