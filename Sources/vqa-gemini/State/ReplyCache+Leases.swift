import Glibc
import SQLite
import Shared

/// Whose a question is.
enum LeaseResult: Equatable {
  /// This process's: it may ask.
  case mine
  /// Another process is asking it, or has the file locked: to be tried again.
  case heldByOther
  /// It was answered in the meantime, by another process.
  case answered
  /// A batch job asks it.
  case inBatch(BatchHold)
}

extension ReplyCache {
  /// Leases questions before they are asked.
  ///
  /// - Parameters:
  ///   - questions: `isAnswerUseless` if the cache holds a reply that the
  ///     checks in force refuse.
  ///   - now: of `BootClock`.
  /// - Returns: a result for each of `questions`.
  mutating func lease(
    _ questions: [(key: RequestKey, isAnswerUseless: Bool)], now: Double
  ) throws(ToolError) -> [LeaseResult] {
    // Nobody else has it, and equal questions of one run are asked once anyway.
    guard !isTemporary else { return questions.map { _ in .mine } }
    var results = try reading { () throws(DatabaseError) in
      var results: [LeaseResult] = []
      for (key, isUseless) in questions { results.append(try state(key, isUseless, now)) }
      return results
    }
    let free = questions.indices.filter { index in
      results[index] == .mine && !leases.isHeld(questions[index].key)
    }
    guard !free.isEmpty else { return results }
    // Again with the lock, since another process may have been faster.
    var isLocked = false
    if mayLock(now: now) {
      isLocked = try locked { () throws(DatabaseError) in
        try leases.clean()
        for index in free {
          let (key, isUseless) = questions[index]
          results[index] = try state(key, isUseless, now)
          if results[index] == .mine { try leases.add(key, process: getpid()) }
        }
      }
      triedLock(isLocked, now: now)
    }
    for index in free where !isLocked { results[index] = .heldByOther }
    leases.added(free.filter { results[$0] == .mine }.map { questions[$0].key })
    return results
  }

  /// Whose a question is, as far as the file says.
  borrowing func state(
    _ key: RequestKey, _ isAnswerUseless: Bool, _ now: Double
  ) throws(DatabaseError) -> LeaseResult {
    guard !leases.isHeld(key) else { return .mine }
    guard !isUnwritten(key) else { return .answered }
    if let id = try tables.stored(key)?.id {
      guard isAnswerUseless, leases.isUseless(id, for: key) else { return .answered }
    }
    if let hold = try leases.batch(asking: key) { return .inBatch(hold) }
    guard let process = try leases.find(key), !peers.isAbandoned(process, now: now) else {
      return .mine
    }
    return .heldByOther
  }
}
