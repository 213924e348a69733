import Glibc
import SQLite
import Shared

/// What is known of batch jobs, kept between runs and shared by processes: the
/// parts, and which questions each of them asks.
///
/// Every change is one transaction of the database that holds the replies. A
/// part is one process's at a time; the others leave it alone until that
/// process has ended.
final class BatchJournal {
  let tables: ReplyTables
  let path: String
  private let lines: BatchLineTable

  /// The journal in the file of a cache.
  init(_ cache: borrowing ReplyCache) throws(ToolError) {
    tables = cache.tables
    path = cache.path
    do throws(DatabaseError) {
      lines = try BatchLineTable(tables.database)
    } catch {
      throw ReplyCache.kind.failure(error, path)
    }
  }

  // MARK: - Parts

  /// All parts, in the order in which they were begun.
  func parts() throws(ToolError) -> [BatchPart] {
    try read { () throws(DatabaseError) in
      try BatchPartTable.all(tables.database).map(\.part)
    }
  }

  /// The parts that this process may work on, which are its own from now on:
  /// those that no living process has.
  func takeParts(service: String) throws(ToolError) -> [BatchPart] {
    let owner = tables.leases.owner
    return try write { () throws(DatabaseError) in
      var taken: [BatchPart] = []
      for (part, other) in try BatchPartTable.all(tables.database)
      where part.service == service && (other == owner.id || !owner.isAlive(other)) {
        if other != owner.id { try BatchPartTable.setOwner(owner.id, of: part, tables.database) }
        taken.append(part)
      }
      return taken
    }
  }

  /// Adds a part that this process is about to write.
  func begin(_ part: BatchPart) throws(ToolError) -> BatchPart {
    var part = part
    part.id = try write { () throws(DatabaseError) in
      try BatchPartTable.add(part, owner: tables.leases.owner.id, tables.database)
    }
    return part
  }

  /// Writes what a part has come to.
  ///
  /// - Parameter isSynced: whether it must outlast a power failure, since the
  ///   service is about to be asked for something that costs money.
  func save(_ part: BatchPart, isSynced: Bool = false) throws(ToolError) {
    if isSynced { try synchronous("FULL") }
    try write { () throws(DatabaseError) in try BatchPartTable.save(part, tables.database) }
    if isSynced { try synchronous("NORMAL") }
  }

  /// How hard SQLite makes sure of a commit
  /// (https://sqlite.org/pragma.html#pragma_synchronous).
  private func synchronous(_ mode: String) throws(ToolError) {
    try read { () throws(DatabaseError) in
      try tables.database.execute("PRAGMA synchronous=\(mode)")
    }
  }

  /// Forgets a part that has no lines any more.
  func remove(_ part: BatchPart) throws(ToolError) {
    try write { () throws(DatabaseError) in try BatchPartTable.remove(part, tables.database) }
  }

  // MARK: - Lines

  /// What is known of a question.
  func record(_ key: RequestKey) throws(ToolError) -> BatchRecord? {
    try read { () throws(DatabaseError) in try lines.record(key) }
  }

  /// The batch that asks a question; nil if none does.
  func hold(_ key: RequestKey) throws(ToolError) -> BatchHold? {
    try read { () throws(DatabaseError) in try tables.leases.batch(asking: key) }
  }

  /// A part by its number.
  func part(_ id: Int64) throws(ToolError) -> BatchPart? {
    try read { () throws(DatabaseError) in
      try BatchPartTable.all(tables.database, where: "WHERE id = \(id)").first?.part
    }
  }

  /// Has a part ask questions, which are known to be free; in a transaction.
  func add(
    _ questions: [Question], line: [UInt8], to part: BatchPart
  ) throws(DatabaseError) {
    for (index, question) in questions.enumerated() {
      try lines.add(
        question.key, part: part.id, line: line, number: part.lines + 1,
        item: questions.count > 1 ? index : nil)
    }
  }

  /// Takes questions back that could not be written to the part's file.
  func takeBack(_ questions: [Question]) throws(ToolError) {
    try write { () throws(DatabaseError) in
      for question in questions { try lines.takeBack(question.key) }
    }
  }

  /// Gives all lines of a part back as if it had not been begun; the part goes.
  func rollBack(_ part: BatchPart) throws(ToolError) {
    try write { () throws(DatabaseError) in
      try lines.takeBackAll(of: part.id)
      try BatchPartTable.remove(part, tables.database)
    }
  }

  /// Gives the lines that a part still asks back as failed, and records what
  /// the part has come to.
  ///
  /// - Parameter counts: whether this is one of the tries that a question has.
  func release(
    _ part: BatchPart, _ failure: Failure, counts: Bool
  ) throws(ToolError) {
    try write { () throws(DatabaseError) in
      try lines.fail(allOf: part.id, failure, counts: counts)
      try BatchPartTable.save(part, tables.database)
    }
  }

  /// The questions that a line of a part asks, in their order.
  func questions(
    ofLine line: [UInt8], in part: BatchPart
  ) throws(ToolError) -> [BatchQuestion] {
    try read { () throws(DatabaseError) in try lines.questions(line, part.id) }
  }

  /// The questions of the line with this number.
  func questions(
    ofLineNumber number: Int, in part: BatchPart
  ) throws(ToolError) -> [BatchQuestion] {
    try read { () throws(DatabaseError) in try lines.questions(number: number, part.id) }
  }

  /// Whether nobody has asked or is asking the questions of a part that a
  /// process has left: live runs do not wait for one.
  func isUntouched(_ part: BatchPart) throws(ToolError) -> Bool {
    try read { () throws(DatabaseError) in
      for key in try lines.keys(of: part.id) {
        guard try tables.stored(key) == nil, try tables.leases.find(key) == nil else {
          return false
        }
      }
      return true
    }
  }

  /// Records what came of lines, replies and all, in one transaction.
  func settle(
    _ settled: [(questions: [BatchQuestion], outcome: LineOutcome)]
  ) throws(ToolError) {
    try write { () throws(DatabaseError) in
      for (questions, outcome) in settled {
        if case .replied(let reply) = outcome {
          try tables.write(reply, questions.map { ($0.key, $0.item) })
        }
        for question in questions {
          try lines.settle(question.key, outcome, isAlone: questions.count == 1)
        }
      }
    }
  }

  /// Forgets how often questions were asked in vain: their rows are out.
  func forget(_ keys: some Sequence<RequestKey>) throws(ToolError) {
    try write { () throws(DatabaseError) in
      for key in keys { try lines.forget(key) }
    }
  }

  // MARK: - Transactions

  /// Writes in one transaction, and waits for other processes' locks; after a
  /// signal no longer than the grace that requests in flight have.
  func write<Result>(
    _ body: () throws(DatabaseError) -> Result
  ) throws(ToolError) -> Result {
    try retry { () throws(DatabaseError) in try tables.database.transaction(body) }
  }

  /// Reads, and waits for other processes' locks.
  func read<Result>(
    _ body: () throws(DatabaseError) -> Result
  ) throws(ToolError) -> Result {
    try retry(body)
  }

  private func retry<Result>(
    _ body: () throws(DatabaseError) -> Result
  ) throws(ToolError) -> Result {
    var wait = LockWait(path: path)
    var end = Double.infinity
    while true {
      do throws(DatabaseError) {
        return try body()
      } catch {
        let now = BootClock.now()
        if Interrupt.requested != nil { end = min(end, now + EngineOptions.grace) }
        guard error.isBusy, now < end else { throw ReplyCache.kind.failure(error, path) }
        wait.blocked(now: now)
        usleep(20_000)
      }
    }
  }
}
