import SQLite
import Shared

/// The tables of a reply cache and the statements that work on them.
final class ReplyTables {
  let database: Database
  let leases: LeaseTable
  let legacy: LegacyAnswers
  /// Whether there are answers of version 0 to look in.
  let hasLegacy: Bool
  private let find: Statement
  private let addReply: Statement
  private let addAnswer: Statement
  private let removeReply: Statement
  private let addFresh: Statement

  /// - Parameters:
  ///   - path: empty for a temporary file.
  ///   - refresh: whether only the replies of this run count.
  init(path: String, refresh: Bool) throws(ToolError) {
    database = try ReplyCache.kind.open(path)
    do throws(DatabaseError) {
      try database.execute("CREATE TEMP TABLE fresh(key BLOB PRIMARY KEY) WITHOUT ROWID")
      let condition = refresh ? " AND EXISTS (SELECT 1 FROM temp.fresh WHERE key = ?1)" : ""
      find = try database.prepare(
        """
        SELECT reply, item, answers.checksum, body, questions, attempts, replies.checksum
        FROM answers JOIN replies ON replies.id = reply WHERE answers.key = ?1
        """ + condition)
      addReply = try database.prepare(
        "INSERT INTO replies VALUES (NULL, ?1, ?2, ?3, ?4) RETURNING id")
      addAnswer = try database.prepare("INSERT OR REPLACE INTO answers VALUES (?1, ?2, ?3, ?4)")
      removeReply = try database.prepare(
        """
        DELETE FROM replies WHERE questions = 1
        AND id = (SELECT reply FROM answers WHERE key = ?1)
        """)
      addFresh = try database.prepare(
        refresh ? "INSERT OR IGNORE INTO temp.fresh VALUES (?1)" : "SELECT ?1")
      let count = try database.integer("SELECT EXISTS (SELECT 1 FROM legacy_answers)")
      hasLegacy = count != 0 && !refresh
      legacy = try LegacyAnswers(database)
      leases = try LeaseTable(database)
    } catch {
      throw ReplyCache.kind.failure(error, path)
    }
  }

  /// What the file holds for a question, and the number of the reply.
  func stored(
    _ key: RequestKey
  ) throws(DatabaseError) -> (reply: StoredReply, id: Int64)? {
    defer { find.reset() }
    try find.bind(1, key.bytes)
    guard try find.step() else { return nil }
    let id = find.integer(0)
    let reply = StoredReply(
      body: find.blob(3), item: find.isNull(1) ? nil : Int(find.integer(1)),
      questions: Int(find.integer(4)), attempts: Int(find.integer(5)))
    guard find.integer(2) == Checksum.answer(key, reply: id, item: reply.item),
      find.integer(6) == Checksum.reply(reply)
    else { return nil }
    return (reply, id)
  }

  /// Writes a reply, and gives the leases of its questions back.
  func write(
    _ reply: StoredReply, _ questions: [(key: RequestKey, item: Int?)]
  ) throws(DatabaseError) {
    let id = try insert(reply)
    for (key, item) in questions {
      try removeReply.bind(1, key.bytes)
      try removeReply.run()
      try addAnswer.bind(1, key.bytes)
      try addAnswer.bind(2, id)
      try addAnswer.bind(3, item.map { Int64($0) })
      try addAnswer.bind(4, Checksum.answer(key, reply: id, item: item))
      try addAnswer.run()
      try addFresh.bind(1, key.bytes)
      try addFresh.run()
      try leases.remove(key)
    }
  }

  private func insert(_ reply: StoredReply) throws(DatabaseError) -> Int64 {
    defer { addReply.reset() }
    try addReply.bind(1, reply.body)
    try addReply.bind(2, Int64(reply.questions))
    try addReply.bind(3, Int64(reply.attempts))
    try addReply.bind(4, Checksum.reply(reply))
    guard try addReply.step() else { return 0 }
    let id = addReply.integer(0)
    while try addReply.step() {}
    return id
  }
}
