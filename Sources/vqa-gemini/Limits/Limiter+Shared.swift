import SQLite
import Shared

/// What a project has to do with other processes.
struct Share {
  /// Its number in the shared database.
  var scope: Int64 = 0
  /// The last change that is known here.
  var change: Int64 = 0
  /// Whether what is known here is the truth, which it is while locked.
  var isTouched = false
  /// Requests that are not written yet.
  var changed: [Window.Entry] = []
  /// The standing as it was last read or written.
  var standing = Allowance.Standing()
  /// How often it was written, to clean up now and then.
  var writes = 0
}

extension Limiter {
  /// Finds the projects in the shared database.
  mutating func join(model: String) {
    guard let shared else { return }
    attempt { limiter throws(DatabaseError) in
      var taken: Set<Int64> = []
      for index in limiter.projects.indices {
        let scope = try shared.scope(
          keys: limiter.projects[index].keys, model: model, besides: taken)
        limiter.projects[index].share.scope = scope
        taken.insert(scope)
      }
    }
  }

  /// Takes the lock, unless it is held, and learns what others have done in a
  /// project.
  mutating func touch(_ index: Int, now: Double) {
    guard let shared, !projects[index].share.isTouched else { return }
    attempt { limiter throws(DatabaseError) in
      if !limiter.isLocked { try shared.lock() }
      limiter.isLocked = true
      let scope = limiter.projects[index].share.scope
      let (standing, change) = try shared.standing(of: scope)
      if change != limiter.projects[index].share.change {
        for entry in try shared.requests(of: scope, since: limiter.projects[index].share.change)
        where entry.time > now - Window.span {
          limiter.projects[index].allowance.record(entry)
        }
      }
      limiter.projects[index].allowance.standing = standing
      limiter.projects[index].share.standing = standing
      limiter.projects[index].share.change = change
      limiter.projects[index].share.isTouched = true
      limiter.projects[index].allowance.advance(to: now)
    }
  }

  /// Writes what has changed and gives the lock back.
  mutating func leave(now: Double) {
    guard isLocked, let shared else { return }
    attempt { limiter throws(DatabaseError) in
      for index in limiter.projects.indices where limiter.projects[index].share.isTouched {
        limiter.projects[index].share.isTouched = false
        try limiter.write(index, to: shared, now: now)
      }
      try shared.unlock()
      limiter.isLocked = false
    }
  }

  private mutating func write(
    _ index: Int, to shared: SharedLimits, now: Double
  ) throws(DatabaseError) {
    let share = projects[index].share
    let standing = projects[index].allowance.standing
    guard !share.changed.isEmpty || standing != share.standing else { return }
    let change = share.change + 1
    for entry in share.changed { try shared.save(entry, of: share.scope, change: change) }
    if share.writes % 256 == 0 { try shared.forgetOld(of: share.scope, now: now) }
    try shared.save(standing, of: share.scope, change: change)
    projects[index].share.changed.removeAll(keepingCapacity: true)
    projects[index].share.standing = standing
    projects[index].share.change = change
    projects[index].share.writes += 1
  }

  /// Does something with the database. If that fails, which a full disk may
  /// cause in the middle of a run, the run goes on by what it knows itself.
  private mutating func attempt(_ body: (inout Limiter) throws(DatabaseError) -> Void) {
    do throws(DatabaseError) {
      try body(&self)
    } catch {
      StandardError.line(
        "vqa-gemini: the limits are no longer shared with other processes: \(error)")
      shared = nil
      isLocked = false
    }
  }
}
