import SQLite

/// The questions that processes are asking now, so that no two ask the same.
/// A lease ends when it is given back, or with its process.
///
/// All but `find` needs the write lock.
final class LeaseTable {
  let owner = OwnerLock()
  private let findLease: Statement
  private let findBatch: Statement
  private let addLease: Statement
  private let removeLease: Statement
  private let listOwners: Statement
  private let removeOwner: Statement
  /// The leases of this process.
  private var own: Set<RequestKey> = []
  /// Replies that this process found to be useless, by their question.
  private var useless: [RequestKey: Int64] = [:]
  private var isCleaned = false

  init(_ database: borrowing Database) throws(DatabaseError) {
    findLease = try database.prepare("SELECT owner, process FROM leases WHERE key = ?1")
    findBatch = try database.prepare(
      """
      SELECT state, owner, job, created FROM batch_lines JOIN batch_parts ON id = part
      WHERE key = ?1
      """)
    addLease = try database.prepare("INSERT OR REPLACE INTO leases VALUES (?1, ?2, ?3)")
    removeLease = try database.prepare("DELETE FROM leases WHERE key = ?1 AND owner = ?2")
    listOwners = try database.prepare("SELECT DISTINCT owner FROM leases")
    removeOwner = try database.prepare("DELETE FROM leases WHERE owner = ?1")
  }

  /// All questions that this process has leased.
  var all: [RequestKey] { Array(own) }

  /// Those of `keys` that this process has leased.
  func held(_ keys: [RequestKey]) -> [RequestKey] { keys.filter(own.contains) }

  /// Whether this process has leased a question.
  func isHeld(_ key: RequestKey) -> Bool { own.contains(key) }

  /// Counts questions as no longer leased by this process.
  func forget(_ keys: [RequestKey]) {
    for key in keys {
      own.remove(key)
      useless[key] = nil
    }
  }

  /// Whether the stored reply with this number is the one that was found
  /// useless, and not a newer one.
  func isUseless(_ reply: Int64, for key: RequestKey) -> Bool {
    guard let first = useless[key] else {
      useless[key] = reply
      return true
    }
    return first == reply
  }

  /// The number of the living process that has leased a question; nil if none
  /// but this one has.
  func find(_ key: RequestKey) throws(DatabaseError) -> Int32? {
    defer { findLease.reset() }
    try findLease.bind(1, key.bytes)
    guard try findLease.step() else { return nil }
    let other = findLease.integer(0)
    return other == owner.id || !owner.isAlive(other)
      ? nil : Int32(clamping: findLease.integer(1))
  }

  /// The part of a batch that asks a question; nil if none does, or if the
  /// process that was writing it has ended.
  func batch(asking key: RequestKey) throws(DatabaseError) -> BatchHold? {
    defer { findBatch.reset() }
    try findBatch.bind(1, key.bytes)
    guard try findBatch.step() else { return nil }
    let isAbandoned =
      findBatch.text(0) == BatchPart.State.preparing.rawValue
      && !owner.isAlive(findBatch.integer(1))
    guard !isAbandoned else { return nil }
    return BatchHold(
      job: findBatch.isNull(2) ? nil : findBatch.text(2), since: findBatch.number(3))
  }

  /// Leases a question for this process.
  func add(_ key: RequestKey, process: Int32) throws(DatabaseError) {
    try addLease.bind(1, key.bytes)
    try addLease.bind(2, owner.id)
    try addLease.bind(3, Int64(process))
    try addLease.run()
  }

  /// Counts questions as leased by this process, once `add` is committed.
  func added(_ keys: [RequestKey]) { own.formUnion(keys) }

  /// Gives a lease of this process back.
  func remove(_ key: RequestKey) throws(DatabaseError) {
    guard own.contains(key) else { return }
    try removeLease.bind(1, key.bytes)
    try removeLease.bind(2, owner.id)
    try removeLease.run()
  }

  /// Removes what killed processes have left behind, once.
  func clean() throws(DatabaseError) {
    guard !isCleaned else { return }
    isCleaned = true
    var dead: [Int64] = []
    while try listOwners.step() {
      let other = listOwners.integer(0)
      if !owner.isAlive(other) { dead.append(other) }
    }
    listOwners.reset()
    for other in dead {
      try removeOwner.bind(1, other)
      try removeOwner.run()
    }
  }
}
