import SQLite

/// The tables `projects`, `days` and `learned`: each project's state.
final class QuotaStateTable {
  private let add: Statement
  private let find: Statement
  private let update: Statement
  private let readProject: Statement
  private let readDays: Statement
  private let readLearned: Statement
  private let writeDay: Statement
  private let forgetDays: Statement
  private let writeLearned: Statement
  private let forgetLearned: Statement

  init(_ database: borrowing Database) throws(DatabaseError) {
    add = try database.prepare("INSERT INTO projects DEFAULT VALUES RETURNING id")
    find = try database.prepare("SELECT merged_into, revision FROM projects WHERE id = ?1")
    update = try database.prepare(
      """
      UPDATE projects SET revision = ?2, updated = ?3, day = ?4, proven = ?5, guess = ?6,
      guess_time = ?7, rests_until = ?8, bare_refusals = ?9, probe_time = ?10,
      refusal_time = ?11, is_recovering = ?12 WHERE id = ?1
      """)
    readProject = try database.prepare(
      """
      SELECT revision, day, proven, guess, guess_time, rests_until, bare_refusals, probe_time,
      refusal_time, is_recovering FROM projects WHERE id = ?1
      """)
    readDays = try database.prepare(
      """
      SELECT day, requests, tokens, is_used_up FROM days WHERE project = ?1
      ORDER BY abs(1.0 * day - ?2) LIMIT \(QuotaState.keptDays + 1)
      """)
    readLearned = try database.prepare("SELECT kind, amount FROM learned WHERE project = ?1")
    writeDay = try database.prepare("INSERT OR REPLACE INTO days VALUES (?1, ?2, ?3, ?4, ?5)")
    forgetDays = try database.prepare(
      "DELETE FROM days WHERE project = ?1 AND abs(1.0 * day - ?2) > \(QuotaState.keptDays)")
    writeLearned = try database.prepare("INSERT OR REPLACE INTO learned VALUES (?1, ?2, ?3)")
    forgetLearned = try database.prepare("DELETE FROM learned WHERE project = ?1")
  }

  /// Makes a project.
  ///
  /// - Returns: its number.
  func create() throws(DatabaseError) -> Int64 {
    defer { add.reset() }
    _ = try add.step()
    let number = add.integer(0)
    while try add.step() {}
    return number
  }

  /// The project that has taken this one over.
  func mergedInto(_ project: Int64) throws(DatabaseError) -> Int64? {
    defer { find.reset() }
    try find.bind(1, project)
    guard try find.step(), !find.isNull(0) else { return nil }
    return find.integer(0)
  }

  /// Whether nobody has changed a project since `revision`.
  func isCurrent(_ project: Int64, revision: Int64) throws(DatabaseError) -> Bool {
    defer { find.reset() }
    try find.bind(1, project)
    return try find.step() && find.isNull(0) && find.integer(1) == revision
  }

  /// A project's state, as it is stored, and the number of the last change.
  func read(_ project: Int64) throws(DatabaseError) -> (QuotaState, revision: Int64) {
    var state = QuotaState()
    defer { readProject.reset() }
    try readProject.bind(1, project)
    guard try readProject.step() else { return (state, 0) }
    state.today.number = Int(readProject.integer(1))
    state.proven = Int(readProject.integer(2))
    state.guess = readProject.isNull(3) ? nil : Int(readProject.integer(3))
    state.guessTime = readProject.number(4)
    state.restsUntil = readProject.number(5)
    state.bareRefusals = Int(readProject.integer(6))
    state.probeTime = readProject.isNull(7) ? nil : readProject.number(7)
    state.refusalTime = readProject.number(8)
    state.isRecovering = readProject.integer(9) != 0
    try readDays(project, into: &state)
    try readLearned(project, into: &state)
    // Of a damaged number all changes are read, and it is counted anew.
    let revision = readProject.integer(0)
    return (state, (0..<Int64.max / 2).contains(revision) ? revision : 0)
  }

  private func readDays(
    _ project: Int64, into state: inout QuotaState
  ) throws(DatabaseError) {
    defer { readDays.reset() }
    try readDays.bind(1, project)
    try readDays.bind(2, Int64(state.today.number))
    while try readDays.step() {
      let day = QuotaState.Day(
        number: Int(readDays.integer(0)), requests: Int(readDays.integer(1)),
        tokens: Int(readDays.integer(2)), isUsedUp: readDays.integer(3) != 0)
      if day.number == state.today.number { state.today = day } else { state.otherDays.append(day) }
    }
  }

  private func readLearned(
    _ project: Int64, into state: inout QuotaState
  ) throws(DatabaseError) {
    defer { readLearned.reset() }
    try readLearned.bind(1, project)
    while try readLearned.step() {
      guard let kind = RateLimit(rawValue: readLearned.text(0)) else { continue }
      state.learned[kind] = Int(readLearned.integer(1))
    }
  }

  /// Writes a project's state, as of `now`.
  func write(
    _ state: QuotaState, _ project: Int64, revision: Int64, now: Double
  ) throws(DatabaseError) {
    try update.bind(1, project)
    try update.bind(2, revision)
    try update.bind(3, now)
    try update.bind(4, Int64(state.today.number))
    try update.bind(5, Int64(state.proven))
    try update.bind(6, state.guess.map { Int64($0) })
    try update.bind(7, state.guessTime)
    try update.bind(8, state.restsUntil)
    try update.bind(9, Int64(state.bareRefusals))
    try update.bind(10, state.probeTime)
    try update.bind(11, state.refusalTime)
    try update.bind(12, state.isRecovering ? Int64(1) : 0)
    try update.run()
    try writeDay.bind(1, project)
    try writeDay.bind(2, Int64(state.today.number))
    try writeDay.bind(3, Int64(state.today.requests))
    try writeDay.bind(4, Int64(state.today.tokens))
    try writeDay.bind(5, state.today.isUsedUp ? Int64(1) : 0)
    try writeDay.run()
  }

  /// Writes the limits that were learned, which seldom change, and drops old
  /// days.
  func writeLearned(_ state: QuotaState, _ project: Int64) throws(DatabaseError) {
    try forgetLearned.bind(1, project)
    try forgetLearned.run()
    for (kind, amount) in state.learned.rules {
      try writeLearned.bind(1, project)
      try writeLearned.bind(2, kind.rawValue)
      try writeLearned.bind(3, Int64(amount))
      try writeLearned.run()
    }
    try forgetDays.bind(1, project)
    try forgetDays.bind(2, Int64(state.today.number))
    try forgetDays.run()
  }

  /// Adds what is known of one project to another: the counts together, and the
  /// stricter of everything else.
  ///
  /// - Returns: the number of the change.
  func merge(_ old: Int64, into new: Int64) throws(DatabaseError) -> Int64 {
    var (mine, revision) = try read(new)
    var (other, _) = try read(old)
    // Times are bounded when they are loaded.
    mine.clamp(now: 1e9)
    other.clamp(now: 1e9)
    let state = mine.merged(with: other)
    revision += 1
    try write(state, new, revision: revision, now: BootClock.now())
    try writeLearned(state, new)
    for day in state.otherDays {
      try writeDay.bind(1, new)
      try writeDay.bind(2, Int64(day.number))
      try writeDay.bind(3, Int64(day.requests))
      try writeDay.bind(4, Int64(day.tokens))
      try writeDay.bind(5, day.isUsedUp ? Int64(1) : 0)
      try writeDay.run()
    }
    return revision
  }
}

extension QuotaState {
  /// The state of a project that was thought to be two.
  func merged(with other: QuotaState) -> QuotaState {
    var result = self
    if result.today.number < other.today.number { result.begin(day: other.today.number) }
    for day in [other.today] + other.otherDays {
      if day.number == result.today.number {
        result.today.add(day)
      } else if let index = result.otherDays.firstIndex(where: { $0.number == day.number }) {
        result.otherDays[index].add(day)
      } else {
        result.otherDays.append(day)
      }
    }
    result.learned = learned.limited(to: other.learned)
    result.proven = min(proven, other.proven)
    result.restsUntil = max(restsUntil, other.restsUntil)
    result.bareRefusals = max(bareRefusals, other.bareRefusals)
    result.refusalTime = max(refusalTime, other.refusalTime)
    result.isRecovering = isRecovering || other.isRecovering
    if let guess = other.guess, guess < result.guess ?? .max {
      (result.guess, result.guessTime) = (guess, other.guessTime)
    }
    return result
  }
}

extension QuotaState.Day {
  fileprivate mutating func add(_ other: QuotaState.Day) {
    requests = QuotaState.clamped(requests) + QuotaState.clamped(other.requests)
    tokens = QuotaState.clamped(tokens) + QuotaState.clamped(other.tokens)
    isUsedUp = isUsedUp || other.isUsedUp
  }
}
