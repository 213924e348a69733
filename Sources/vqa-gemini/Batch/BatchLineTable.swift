import SQLite

/// What the journal knows of a question.
struct BatchRecord: Equatable {
  /// The part that asks it; nil if none does.
  var part: Int64?
  /// How often a job failed to ask it, or the service to answer.
  var failures = 0
  /// How often the model was asked and replied, usefully or not.
  var replies = 0
  /// Whether it cannot succeed.
  var isFinal = false
  /// Why it has no answer; nil if the last reply was stored.
  var failure: Failure?
}

/// A question of a line.
struct BatchQuestion: Equatable {
  let key: RequestKey
  /// Its place in a line that asks several.
  let item: Int?
  /// How often it was asked before.
  let tries: Int
  /// Whether its last answer was cut at the output limit.
  var wasCut = false
}

/// The rows of `batch_lines`, one for each question.
final class BatchLineTable {
  private let find: Statement
  private let addLine: Statement
  private let free: Statement
  private let removeNew: Statement
  private let removeFree: Statement
  private let findLine: Statement
  private let answered: Statement
  private let failed: Statement
  private let failAll: Statement
  private let removeAllNew: Statement
  private let freeAll: Statement
  private let findNumber: Statement
  private let findAll: Statement

  init(_ database: borrowing Database) throws(DatabaseError) {
    find = try database.prepare(
      """
      SELECT part, failures, replies, is_final, code, message, text FROM batch_lines
      WHERE key = ?1
      """)
    addLine = try database.prepare(
      """
      INSERT INTO batch_lines(key, part, line, number, item, failures, replies, is_final)
      VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0)
      ON CONFLICT(key) DO UPDATE SET part = ?2, line = ?3, number = ?4, item = ?5
      """)
    free = try database.prepare("UPDATE batch_lines SET part = NULL WHERE key = ?1")
    removeNew = try database.prepare(
      "DELETE FROM batch_lines WHERE key = ?1 AND failures = 0 AND replies = 0 AND code IS NULL")
    removeFree = try database.prepare("DELETE FROM batch_lines WHERE key = ?1 AND part IS NULL")
    findLine = try database.prepare(
      """
      SELECT key, item, failures + replies, code FROM batch_lines WHERE part = ?1 AND line = ?2
      ORDER BY item
      """)
    answered = try database.prepare(
      """
      UPDATE batch_lines SET part = NULL, replies = replies + 1, code = NULL, message = NULL,
      text = NULL WHERE key = ?1
      """)
    failed = try database.prepare(
      """
      UPDATE batch_lines SET part = NULL, failures = failures + ?2, replies = replies + ?3,
      is_final = ?4, code = ?5, message = ?6, text = nullif(?7, '') WHERE key = ?1
      """)
    failAll = try database.prepare(
      """
      UPDATE batch_lines SET part = NULL, failures = failures + ?2, code = ?3, message = ?4,
      text = NULL WHERE part = ?1
      """)
    removeAllNew = try database.prepare(
      "DELETE FROM batch_lines WHERE part = ?1 AND failures = 0 AND replies = 0 AND code IS NULL")
    freeAll = try database.prepare("UPDATE batch_lines SET part = NULL WHERE part = ?1")
    findNumber = try database.prepare(
      """
      SELECT key, item, failures + replies, code FROM batch_lines WHERE part = ?1 AND number = ?2
      ORDER BY item
      """)
    findAll = try database.prepare("SELECT key FROM batch_lines WHERE part = ?1")
  }

  func record(_ key: RequestKey) throws(DatabaseError) -> BatchRecord? {
    defer { find.reset() }
    try find.bind(1, key.bytes)
    guard try find.step() else { return nil }
    var record = BatchRecord()
    record.part = find.isNull(0) ? nil : find.integer(0)
    record.failures = Int(find.integer(1))
    record.replies = Int(find.integer(2))
    record.isFinal = find.integer(3) != 0
    if let code = ErrorCode(rawValue: find.text(4)) {
      record.failure = Failure(
        code, find.text(5), text: find.isNull(6) ? nil : find.text(6))
    }
    return record
  }

  /// Has a part ask a question that no part asks.
  func add(
    _ key: RequestKey, part: Int64, line: [UInt8], number: Int, item: Int?
  ) throws(DatabaseError) {
    try addLine.bind(1, key.bytes)
    try addLine.bind(2, part)
    try addLine.bind(3, line)
    try addLine.bind(4, Int64(number))
    try addLine.bind(5, item.map { Int64($0) })
    try addLine.run()
  }

  /// As if no part had asked the question.
  func takeBack(_ key: RequestKey) throws(DatabaseError) {
    try run(removeNew, key)
    try run(free, key)
  }

  func takeBackAll(of part: Int64) throws(DatabaseError) {
    try removeAllNew.bind(1, part)
    try removeAllNew.run()
    try freeAll.bind(1, part)
    try freeAll.run()
  }

  func forget(_ key: RequestKey) throws(DatabaseError) { try run(removeFree, key) }

  private func run(
    _ statement: borrowing Statement, _ key: RequestKey
  ) throws(DatabaseError) {
    try statement.bind(1, key.bytes)
    try statement.run()
  }

  /// The questions that a part asks.
  func keys(of part: Int64) throws(DatabaseError) -> [RequestKey] {
    defer { findAll.reset() }
    try findAll.bind(1, part)
    var keys: [RequestKey] = []
    while try findAll.step() { keys.append(RequestKey(bytes: findAll.blob(0))) }
    return keys
  }

  func questions(_ line: [UInt8], _ part: Int64) throws(DatabaseError) -> [BatchQuestion] {
    try findLine.bind(2, line)
    return try questions(findLine, part)
  }

  func questions(number: Int, _ part: Int64) throws(DatabaseError) -> [BatchQuestion] {
    try findNumber.bind(2, Int64(number))
    return try questions(findNumber, part)
  }

  private func questions(
    _ find: borrowing Statement, _ part: Int64
  ) throws(DatabaseError) -> [BatchQuestion] {
    defer { find.reset() }
    try find.bind(1, part)
    var questions: [BatchQuestion] = []
    while try find.step() {
      questions.append(
        BatchQuestion(
          key: RequestKey(bytes: find.blob(0)), item: find.isNull(1) ? nil : Int(find.integer(1)),
          tries: Int(find.integer(2)),
          wasCut: find.text(3) == ErrorCode.truncated.rawValue))
    }
    return questions
  }

  /// Records what came of the line that asked a question.
  ///
  /// - Parameter isAlone: whether the line asked nothing else. What fails among
  ///   others is asked alone next, and that try does not count.
  func settle(
    _ key: RequestKey, _ outcome: LineOutcome, isAlone: Bool
  ) throws(DatabaseError) {
    switch outcome {
    case .replied: try run(answered, key)
    case .failed(let failure): try fail(key, failure, isFinal: false, counts: isAlone)
    case .hopeless(let failure): try fail(key, failure, isFinal: true, counts: isAlone)
    }
  }

  private func fail(
    _ key: RequestKey, _ failure: Failure, isFinal: Bool, counts: Bool
  ) throws(DatabaseError) {
    // A useless answer was paid for, so it has fewer tries than a failure.
    let isReply = failure.kind == .answer
    try failed.bind(1, key.bytes)
    try failed.bind(2, Int64(counts && !isReply ? 1 : 0))
    try failed.bind(3, Int64(counts && isReply ? 1 : 0))
    try failed.bind(4, Int64(isFinal ? 1 : 0))
    try failed.bind(5, failure.code.rawValue)
    try failed.bind(6, failure.message)
    try failed.bind(7, failure.text ?? "")
    try failed.run()
  }

  /// Gives all questions that a part still asks back as failed.
  func fail(allOf part: Int64, _ failure: Failure, counts: Bool) throws(DatabaseError) {
    try failAll.bind(1, part)
    try failAll.bind(2, Int64(counts ? 1 : 0))
    try failAll.bind(3, failure.code.rawValue)
    try failAll.bind(4, failure.message)
    try failAll.run()
  }
}
