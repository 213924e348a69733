import SQLite
import Shared

/// What all processes of this user on this machine know together of their
/// projects: the requests of the last minute, and each project's state. Keys
/// are in it as digests only. Times are of `BootClock`.
///
/// Everything but opening happens in `exchange`, one process at a time.
final class QuotaDatabase {
  let database: Database
  let path: String
  private let bootID: String
  private let findProject: Statement
  private let addMember: Statement
  private let readRequests: Statement
  private let writeRequest: Statement
  private let removeRequest: Statement
  private let forgetRequests: Statement
  private let states: QuotaStateTable
  private var place: StatePlace
  /// Whether the times in the file have been found to be of this boot.
  private var isRebased = false

  /// - Parameter bootID: of the machine; given by tests.
  init(path: String, bootID: String = BootClock.bootID()) throws(ToolError) {
    self.path = path
    self.bootID = bootID
    place = StatePlace(path)
    let database = try Self.kind.open(path)
    do throws(DatabaseError) {
      findProject = try database.prepare(
        "SELECT project FROM members WHERE digest = ?1 AND model = ?2")
      addMember = try database.prepare("INSERT OR REPLACE INTO members VALUES (?1, ?2, ?3)")
      readRequests = try database.prepare(
        "SELECT id, time, tokens, status FROM requests WHERE project = ?1 AND revision > ?2")
      writeRequest = try database.prepare(
        "INSERT OR REPLACE INTO requests VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
      removeRequest = try database.prepare("DELETE FROM requests WHERE id = ?1")
      forgetRequests = try database.prepare(
        "DELETE FROM requests WHERE project = ?1 AND NOT time BETWEEN ?2 - 120 AND ?2 + 120")
      states = try QuotaStateTable(database)
    } catch {
      throw Self.kind.failure(error, path)
    }
    self.database = database
  }

  /// Runs `body` with the lock, in one transaction that is committed at its end.
  /// A key press cannot stop the process in the middle of it (SIGTSTP), since
  /// others would wait for it.
  ///
  /// - Returns: nil if another process has the lock.
  func exchange<Result>(
    now: Double, _ body: () throws(DatabaseError) -> Result
  ) throws(ToolError) -> Result? {
    try place.check(now: now)
    do throws(DatabaseError) {
      return try StopSignals.blocked { () throws(DatabaseError) in
        try database.transaction { () throws(DatabaseError) in
          try rebase(now: now)
          return try body()
        }
      }
    } catch {
      guard error.isBusy else { throw Self.kind.failure(error, path) }
      // What was not committed was not done.
      isRebased = false
      return nil
    }
  }

  /// The number of a project: the one that any of its identities has already.
  /// From now on all of them have it.
  ///
  /// - Parameters:
  ///   - identities: of its name, if it has one, and of its keys.
  ///   - taken: numbers of this run's other projects. What is said to be two
  ///     projects now and was one before is two from now on.
  func project(
    _ identities: [QuotaIdentity], model: String, besides taken: Set<Int64>
  ) throws(DatabaseError) -> Int64 {
    var found: [Int64] = []
    for identity in identities {
      if let number = try find(identity, model), !found.contains(number) { found.append(number) }
    }
    let shared = found.filter(taken.contains)
    let own = found.filter { !taken.contains($0) }
    let number = if let first = own.first { first } else { try states.create() }
    // What was counted elsewhere under one of its keys counts here too.
    for other in own.dropFirst() { try move(other, to: number) }
    for other in shared { try copy(other, to: number) }
    for identity in identities {
      try addMember.bind(1, identity.digest)
      try addMember.bind(2, model)
      try addMember.bind(3, number)
      try addMember.run()
    }
    return number
  }

  private func find(_ identity: QuotaIdentity, _ model: String) throws(DatabaseError) -> Int64? {
    defer { findProject.reset() }
    try findProject.bind(1, identity.digest)
    try findProject.bind(2, model)
    return try findProject.step() ? findProject.integer(0) : nil
  }

  /// Two projects turn out to be one. Processes that know the old number find
  /// the new one there.
  private func move(_ old: Int64, to new: Int64) throws(DatabaseError) {
    let revision = try states.merge(old, into: new)
    try database.execute(
      """
      UPDATE requests SET project = \(new), revision = \(revision) WHERE project = \(old);
      UPDATE members SET project = \(new) WHERE project = \(old);
      UPDATE projects SET merged_into = \(new) WHERE id = \(old)
      """)
  }

  private func copy(_ old: Int64, to new: Int64) throws(DatabaseError) {
    let revision = try states.merge(old, into: new)
    try database.execute(
      """
      INSERT INTO requests(project, revision, time, tokens, status)
      SELECT \(new), \(revision), time, tokens, status FROM requests WHERE project = \(old)
      """)
  }

  /// Whether nobody has changed a project since `revision`.
  func isCurrent(_ project: Int64, revision: Int64) throws(DatabaseError) -> Bool {
    try states.isCurrent(project, revision: revision)
  }

  /// A project's state as stored, and the number of the last change to it; the project's
  /// number changes if it was merged into another one.
  func state(
    of project: inout Int64
  ) throws(DatabaseError) -> (QuotaState, revision: Int64) {
    // A chain of merges is short; a damaged one must not be endless.
    for _ in 0..<8 {
      guard let new = try states.mergedInto(project) else { break }
      project = new
    }
    return try states.read(project)
  }

  /// Writes a project's state.
  func save(
    _ state: QuotaState, of project: Int64, revision: Int64, now: Double
  ) throws(DatabaseError) { try states.write(state, project, revision: revision, now: now) }

  /// Writes the limits that a project has learned.
  func saveLearned(_ state: QuotaState, of project: Int64) throws(DatabaseError) {
    try states.writeLearned(state, project)
  }

  /// The requests that have changed since `revision`.
  func requests(
    of project: Int64, since revision: Int64
  ) throws(DatabaseError) -> [SlidingWindow.Entry] {
    defer { readRequests.reset() }
    try readRequests.bind(1, project)
    try readRequests.bind(2, revision)
    var entries: [SlidingWindow.Entry] = []
    while try readRequests.step() {
      entries.append(
        SlidingWindow.Entry(
          id: readRequests.integer(0), time: readRequests.number(1),
          tokens: Int(readRequests.integer(2)),
          status: SlidingWindow.Status(rawValue: readRequests.integer(3)) ?? .refused))
    }
    return entries
  }

  /// Writes a request, or what is new of it.
  func save(
    _ entry: SlidingWindow.Entry, of project: Int64, revision: Int64
  ) throws(DatabaseError) {
    try writeRequest.bind(1, entry.id)
    try writeRequest.bind(2, project)
    try writeRequest.bind(3, revision)
    try writeRequest.bind(4, entry.time)
    try writeRequest.bind(5, Int64(entry.tokens))
    try writeRequest.bind(6, entry.status.rawValue)
    try writeRequest.run()
  }

  /// Removes a request that was not sent.
  func remove(_ id: Int64) throws(DatabaseError) {
    try removeRequest.bind(1, id)
    try removeRequest.run()
  }

  /// Drops requests that have left the window.
  func forgetOld(of project: Int64, now: Double) throws(DatabaseError) {
    try forgetRequests.bind(1, project)
    try forgetRequests.bind(2, now)
    try forgetRequests.run()
  }

  /// Seconds from `BootClock` to the service's clock, if any process knows.
  func serviceOffset() throws(DatabaseError) -> Double? {
    let read = try database.prepare("SELECT service_offset FROM clock")
    return try read.step() && !read.isNull(0) ? read.number(0) : nil
  }

  /// Shares what this process knows of the service's clock.
  func save(serviceOffset: Double) throws(DatabaseError) {
    let write = try database.prepare("UPDATE clock SET service_offset = ?1")
    try write.bind(1, serviceOffset)
    try write.run()
  }

  /// After a reboot the boot clock begins anew. Whatever was sent before was
  /// sent no later than the boot, so it is counted as sent then: that costs a
  /// window of waiting at most, and needs no other clock.
  private func rebase(now: Double) throws(DatabaseError) {
    guard !isRebased else { return }
    isRebased = true
    let read = try database.prepare("SELECT boot FROM clock")
    let boot = try read.step() ? read.text(0) : ""
    read.reset()
    guard boot != bootID else { return }
    // Times of version 0 were made relative to the migration.
    let base = boot == Self.relativeBoot ? now : 0
    try database.execute(
      """
      UPDATE requests SET time = \(base) + min(0, CASE WHEN \(base) THEN time ELSE 0 END);
      UPDATE projects SET rests_until = \(base) + max(0, rests_until - updated),
        probe_time = \(base) + max(0, probe_time - updated), guess_time = 0, refusal_time = 0;
      DELETE FROM clock
      """)
    let write = try database.prepare("INSERT INTO clock VALUES (?1, NULL)")
    try write.bind(1, bootID)
    try write.run()
  }
}
