import SQLite
import Shared

/// The replies that have been paid for, by the key of the question they answer.
///
/// What is kept is the reply as it came; what it means for a row is decided
/// each time it is taken out. Several processes share one file, and no call
/// waits for another of them: what cannot be written at once is written by a
/// later `step`, and is found here until then.
///
/// Every error is one that should end the run: the file is damaged, or the
/// disk is full.
struct ReplyCache: ~Copyable {
  let tables: ReplyTables
  /// Empty for a temporary file.
  let path: String
  /// What is to be written, in the order in which it came.
  private var unwritten: [(reply: StoredReply, questions: [(key: RequestKey, item: Int?)])] = []
  private var unwrittenAnswers: [RequestKey: StoredReply] = [:]
  /// Leases that are to be given back.
  private var released: [RequestKey] = []
  var lockWait: LockWait
  let peers = PeerObserver()
  private var place: StatePlace

  /// - Parameters:
  ///   - path: nil for replies that are kept for this run only, in a temporary
  ///     file.
  ///   - refresh: whether only the replies of this run count.
  init(path: String?, refresh: Bool = false) throws(ToolError) {
    let path = path ?? ""
    let tables = try ReplyTables(path: path, refresh: refresh)
    if !path.isEmpty { try tables.leases.owner.acquire("\(path)-owners") }
    self.path = path
    self.tables = tables
    lockWait = LockWait(path: path)
    place = StatePlace(path)
  }

  var leases: LeaseTable { tables.leases }

  /// The reply that answers a question, if one is remembered and undamaged.
  ///
  /// - Parameter legacyKeys: under which caches of version 0 hold the answer;
  ///   made only if there are such.
  mutating func reply(
    for key: RequestKey, legacyKeys: @autoclosure () -> [RequestKey] = []
  ) throws(ToolError) -> StoredReply? {
    if let reply = unwrittenAnswers[key] { return reply }
    if let found = try stored(key) { return found.reply }
    guard tables.hasLegacy else { return nil }
    for old in legacyKeys() {
      let found = try reading { () throws(DatabaseError) in try tables.legacy.reply(for: old) }
      guard let found else { continue }
      store(found, for: [(key, nil)])
      return found
    }
    return nil
  }

  private func stored(_ key: RequestKey) throws(ToolError) -> (reply: StoredReply, id: Int64)? {
    do throws(ToolError) {
      return try reading { () throws(DatabaseError) in try tables.stored(key) }
    } catch {
      guard isTemporary else { throw error }
      return nil
    }
  }

  /// Whether replies are kept for this run only. Then a failure costs no more
  /// than that equal requests are asked again.
  var isTemporary: Bool { path.isEmpty }

  /// Remembers a reply. It is in the file after the next `step` that finds no
  /// other process's lock; call that before waiting for anything.
  ///
  /// - Parameters:
  ///   - reply: its `item` does not matter.
  ///   - questions: all that the request asked, whatever the reply says of
  ///     each, with their numbers in it.
  mutating func store(_ reply: StoredReply, for questions: [(key: RequestKey, item: Int?)]) {
    unwritten.append((reply, questions))
    for (key, item) in questions {
      var own = reply
      own.item = item
      unwrittenAnswers[key] = own
    }
  }

  /// Gives leases back, after the question was answered or given up.
  mutating func release(_ keys: [RequestKey]) { released += leases.held(keys) }

  /// When `step` is due although nothing else happens; nil if it is not.
  func deadline(now: Double) -> Double? {
    guard hasUnwritten else { return nil }
    return lockWait.since == nil ? now : lockWait.retryAt
  }

  private var hasUnwritten: Bool { !unwritten.isEmpty || !released.isEmpty }

  /// Writes what is to be written, unless another process has the lock.
  mutating func step(now: Double) throws(ToolError) {
    guard hasUnwritten, mayLock(now: now) else { return }
    try place.check(now: now)
    let isWritten = try writeAll()
    triedLock(isWritten, now: now)
    guard isWritten else { return }
    for (_, questions) in unwritten { leases.forget(questions.map(\.key)) }
    leases.forget(released)
    unwritten.removeAll(keepingCapacity: true)
    unwrittenAnswers.removeAll(keepingCapacity: true)
    released.removeAll(keepingCapacity: true)
  }

  private borrowing func writeAll() throws(ToolError) -> Bool {
    do throws(ToolError) {
      return try locked { () throws(DatabaseError) in
        for (reply, questions) in unwritten { try tables.write(reply, questions) }
        for key in released { try leases.remove(key) }
      }
    } catch {
      guard isTemporary else { throw error }
      return true
    }
  }

  /// Writes what is to be written and gives all leases back; to be called at the
  /// end of a run. Waits for a lock that another process holds, after a signal
  /// for some seconds.
  ///
  /// - Throws: also if the lock was not had.
  mutating func flush() throws(ToolError) {
    released += leases.all
    var end = LockWait.End()
    while true {
      let now = BootClock.now()
      try step(now: now)
      if !hasUnwritten { return }
      guard !end.hasCome(now: now) else {
        throw ToolError("the cache is locked by another process; some answers are not kept")
      }
      pause(until: lockWait.retryAt)
    }
  }

  /// Does something in one transaction, in the middle of which a key press
  /// cannot stop the process.
  ///
  /// - Returns: false if another process has the lock, and nothing was done.
  borrowing func locked(
    _ body: () throws(DatabaseError) -> Void
  ) throws(ToolError) -> Bool {
    do throws(DatabaseError) {
      try StopSignals.blocked { () throws(DatabaseError) in
        try tables.database.transaction(body)
      }
      return true
    } catch {
      guard error.isBusy else { throw Self.kind.failure(error, path) }
      return false
    }
  }

  /// Whether the lock may be tried.
  func mayLock(now: Double) -> Bool { lockWait.since == nil || now >= lockWait.retryAt }

  /// What came of trying the lock.
  mutating func triedLock(_ wasHad: Bool, now: Double) {
    if wasHad { lockWait.passed() } else { lockWait.blocked(now: now) }
  }

  /// Does something that only reads. Readers are locked out for moments only,
  /// while another process repairs the file after a crash.
  borrowing func reading<Result>(
    _ body: () throws(DatabaseError) -> Result
  ) throws(ToolError) -> Result {
    var wait = LockWait(path: path)
    while true {
      do throws(DatabaseError) {
        return try body()
      } catch {
        guard error.isBusy, Interrupt.requested == nil else {
          throw Self.kind.failure(error, path)
        }
        wait.blocked(now: BootClock.now())
        pause(until: wait.retryAt)
      }
    }
  }

  /// Whether a reply waits to be written.
  borrowing func isUnwritten(_ key: RequestKey) -> Bool { unwrittenAnswers[key] != nil }
}
