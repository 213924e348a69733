import SQLite

/// The rows of `batch_parts`. There are few, so statements are compiled when
/// they are needed.
enum BatchPartTable {
  /// Parts and the processes that have them, in the order in which they were
  /// begun.
  static func all(
    _ database: borrowing Database, where condition: String = ""
  ) throws(DatabaseError) -> [(part: BatchPart, owner: Int64)] {
    let find = try database.prepare(
      """
      SELECT name, service, model, project, created, id, state, lines, questions, tokens, bytes,
      file, job, result, due, looks, refusals, owner, digest, upload FROM batch_parts \(condition) ORDER BY id
      """)
    var parts: [(BatchPart, Int64)] = []
    while try find.step() {
      var part = BatchPart(
        name: find.text(0), service: find.text(1), model: find.text(2), project: find.text(3),
        created: find.number(4))
      part.id = find.integer(5)
      // A state that a later version wrote is looked at like a running job.
      part.state = BatchPart.State(rawValue: find.text(6)) ?? .running
      part.lines = Int(find.integer(7))
      part.questions = Int(find.integer(8))
      part.tokens = Int(find.integer(9))
      part.bytes = Int(find.integer(10))
      part.file = find.isNull(11) ? nil : find.text(11)
      part.job = find.isNull(12) ? nil : find.text(12)
      part.result = find.isNull(13) ? nil : find.text(13)
      part.due = find.number(14)
      part.looks = Int(find.integer(15))
      part.refusals = Int(find.integer(16))
      part.digest = find.isNull(18) ? nil : find.text(18)
      part.upload = find.isNull(19) ? nil : find.text(19)
      parts.append((part, find.integer(17)))
    }
    return parts
  }

  /// - Returns: the part's number.
  static func add(
    _ part: BatchPart, owner: Int64, _ database: borrowing Database
  ) throws(DatabaseError) -> Int64 {
    let add = try database.prepare(
      """
      INSERT INTO batch_parts(name, service, model, project, owner, state, lines, questions,
      tokens, bytes, created, due, looks, refusals)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0, 0, ?7, 0, 0, 0) RETURNING id
      """)
    try add.bind(1, part.name)
    try add.bind(2, part.service)
    try add.bind(3, part.model)
    try add.bind(4, part.project)
    try add.bind(5, owner)
    try add.bind(6, part.state.rawValue)
    try add.bind(7, part.created)
    guard try add.step() else { return 0 }
    let id = add.integer(0)
    while try add.step() {}
    return id
  }

  static func save(_ part: BatchPart, _ database: borrowing Database) throws(DatabaseError) {
    let save = try database.prepare(
      """
      UPDATE batch_parts SET state = ?2, lines = ?3, questions = ?4, tokens = ?5, bytes = ?6,
      file = nullif(?7, ''), job = nullif(?8, ''), result = nullif(?9, ''), created = ?10,
      due = ?11, looks = ?12, refusals = ?13, digest = nullif(?14, ''),
      upload = nullif(?15, '') WHERE id = ?1
      """)
    try save.bind(1, part.id)
    try save.bind(2, part.state.rawValue)
    try save.bind(3, Int64(part.lines))
    try save.bind(4, Int64(part.questions))
    try save.bind(5, Int64(part.tokens))
    try save.bind(6, Int64(part.bytes))
    try save.bind(7, part.file ?? "")
    try save.bind(8, part.job ?? "")
    try save.bind(9, part.result ?? "")
    try save.bind(10, part.created)
    try save.bind(11, part.due)
    try save.bind(12, Int64(part.looks))
    try save.bind(13, Int64(part.refusals))
    try save.bind(14, part.digest ?? "")
    try save.bind(15, part.upload ?? "")
    try save.run()
  }

  static func setOwner(
    _ owner: Int64, of part: BatchPart, _ database: borrowing Database
  ) throws(DatabaseError) {
    let set = try database.prepare("UPDATE batch_parts SET owner = ?2 WHERE id = ?1")
    try set.bind(1, part.id)
    try set.bind(2, owner)
    try set.run()
  }

  static func remove(_ part: BatchPart, _ database: borrowing Database) throws(DatabaseError) {
    let remove = try database.prepare("DELETE FROM batch_parts WHERE id = ?1")
    try remove.bind(1, part.id)
    try remove.run()
  }
}
