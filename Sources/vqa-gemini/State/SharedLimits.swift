import Digests
import SQLite
import Shared

/// What all processes of this machine know together of their projects: the
/// requests of the last minute and each project's standing. Keys are in it as
/// digests only.
///
/// Everything happens between `lock` and `unlock`, one process at a time.
final class SharedLimits {
  private let database: Database
  private let begin: Statement
  private let commit: Statement
  private let readScope: Statement
  private let writeScope: Statement
  private let readChanges: Statement
  private let writeRequest: Statement
  private let forget: Statement

  // No index on requests: there are those of two minutes, and each request would
  // pay for it.
  private static let schema = """
    CREATE TABLE keys(
      digest BLOB, model TEXT, scope INTEGER NOT NULL, PRIMARY KEY (digest, model)
    ) WITHOUT ROWID;
    CREATE TABLE scopes(
      id INTEGER PRIMARY KEY, change INTEGER NOT NULL DEFAULT 0,
      day INTEGER NOT NULL DEFAULT 0, requests INTEGER NOT NULL DEFAULT 0,
      proven INTEGER NOT NULL DEFAULT 0, learned_rpm INTEGER, learned_tpm INTEGER,
      learned_rpd INTEGER, guess INTEGER, guess_time REAL NOT NULL DEFAULT 0,
      rests_until REAL NOT NULL DEFAULT 0, bare_refusals INTEGER NOT NULL DEFAULT 0,
      is_day_used_up INTEGER NOT NULL DEFAULT 0, probe_time REAL,
      refusal_time REAL NOT NULL DEFAULT 0, is_recovering INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE requests(
      id INTEGER PRIMARY KEY, scope INTEGER NOT NULL, change INTEGER NOT NULL,
      time REAL NOT NULL, tokens INTEGER NOT NULL, fate INTEGER NOT NULL)
    """

  init(path: String) throws(ToolError) {
    database = try StateFiles.open(path, kind: .limits, schema: Self.schema)
    do throws(DatabaseError) {
      begin = try database.prepare("BEGIN IMMEDIATE")
      commit = try database.prepare("COMMIT")
      readScope = try database.prepare(
        """
        SELECT change, day, requests, proven, learned_rpm, learned_tpm, learned_rpd, guess,
        guess_time, rests_until, bare_refusals, is_day_used_up, probe_time, refusal_time,
        is_recovering FROM scopes WHERE id = ?1
        """)
      writeScope = try database.prepare(
        """
        UPDATE scopes SET change = ?2, day = ?3, requests = ?4, proven = ?5, learned_rpm = ?6,
        learned_tpm = ?7, learned_rpd = ?8, guess = ?9, guess_time = ?10, rests_until = ?11,
        bare_refusals = ?12, is_day_used_up = ?13, probe_time = ?14, refusal_time = ?15,
        is_recovering = ?16 WHERE id = ?1
        """)
      readChanges = try database.prepare(
        "SELECT id, time, tokens, fate FROM requests WHERE scope = ?1 AND change > ?2")
      writeRequest = try database.prepare(
        "INSERT OR REPLACE INTO requests VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
      forget = try database.prepare(
        "DELETE FROM requests WHERE scope = ?1 AND time NOT BETWEEN ?2 - 120 AND ?2 + 120")
    } catch {
      throw ToolError("\(path): \(error)")
    }
  }

  func lock() throws(DatabaseError) { try begin.run() }
  func unlock() throws(DatabaseError) { try commit.run() }

  /// The number under which a project is kept: that of any of its keys, which
  /// from now on is that of all of them.
  ///
  /// - Parameter taken: numbers of this run's other projects; keys that were
  ///   said to share a project once, and now are not, part here.
  func scope(
    keys: [APIKey], model: String, besides taken: Set<Int64>
  ) throws(DatabaseError) -> Int64 {
    try lock()
    let digests = keys.map { Digest.hash(.sha256, Array("vqa-gemini limits \($0.secret)".utf8)) }
    let find = try database.prepare("SELECT scope FROM keys WHERE digest = ?1 AND model = ?2")
    var found: Int64?
    for digest in digests where found == nil {
      try find.bind(1, digest)
      try find.bind(2, model)
      if try find.step(), !taken.contains(find.integer(0)) { found = find.integer(0) }
      find.reset()
    }
    let scope: Int64
    if let found { scope = found } else { scope = try newScope() }
    let add = try database.prepare("INSERT OR REPLACE INTO keys VALUES (?1, ?2, ?3)")
    for digest in digests {
      try add.bind(1, digest)
      try add.bind(2, model)
      try add.bind(3, scope)
      try add.run()
    }
    try unlock()
    return scope
  }

  private func newScope() throws(DatabaseError) -> Int64 {
    let add = try database.prepare("INSERT INTO scopes DEFAULT VALUES RETURNING id")
    defer { add.reset() }
    _ = try add.step()
    return add.integer(0)
  }

  /// A project's standing, and the number of the last change to it.
  func standing(of scope: Int64) throws(DatabaseError) -> (Allowance.Standing, change: Int64) {
    defer { readScope.reset() }
    try readScope.bind(1, scope)
    guard try readScope.step() else { return (Allowance.Standing(), 0) }
    return (Allowance.Standing(row: readScope), readScope.integer(0))
  }

  /// Writes a project's standing.
  func save(
    _ standing: Allowance.Standing, of scope: Int64, change: Int64
  ) throws(DatabaseError) {
    try writeScope.bind(1, scope)
    try writeScope.bind(2, change)
    try standing.bind(to: writeScope)
    try writeScope.run()
  }

  /// The requests that have changed since `change`.
  func requests(of scope: Int64, since change: Int64) throws(DatabaseError) -> [Window.Entry] {
    defer { readChanges.reset() }
    try readChanges.bind(1, scope)
    try readChanges.bind(2, change)
    var entries: [Window.Entry] = []
    while try readChanges.step() {
      entries.append(
        Window.Entry(
          id: readChanges.integer(0), time: readChanges.number(1),
          tokens: Int(readChanges.integer(2)),
          fate: Window.Fate(rawValue: readChanges.integer(3)) ?? .refused))
    }
    return entries
  }

  /// Writes a request, or what has become of it.
  func save(_ entry: Window.Entry, of scope: Int64, change: Int64) throws(DatabaseError) {
    try writeRequest.bind(1, entry.id)
    try writeRequest.bind(2, scope)
    try writeRequest.bind(3, change)
    try writeRequest.bind(4, entry.time)
    try writeRequest.bind(5, Int64(entry.tokens))
    try writeRequest.bind(6, entry.fate.rawValue)
    try writeRequest.run()
  }

  /// Drops requests that have left the window, and those of a future that a
  /// clock set back has left behind.
  func forgetOld(of scope: Int64, now: Double) throws(DatabaseError) {
    try forget.bind(1, scope)
    try forget.bind(2, now)
    try forget.run()
  }
}
