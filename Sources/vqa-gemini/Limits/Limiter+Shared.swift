import Glibc
import SQLite
import Shared

extension Limiter {
  /// The permits of requests that are still being sent although their places in
  /// the window are free again, so that others may have them: the process was
  /// stopped (SIGSTOP, a debugger), for otherwise `step` moves them on. Such a
  /// request must not be sent any further.
  func expired(now: Double) -> [Permit] {
    uploads.values.filter { $0.permit.time + Self.lifetime <= now }.map(\.permit)
  }

  /// When `step` is due although nothing else happens; nil if it is not.
  func deadline(now: Double) -> Double? {
    var time = uploads.values.map(\.due).min()
    for project in projects {
      guard let since = project.shared.unwrittenSince else { continue }
      time = min(time ?? .infinity, max(since + Self.writeDelay, lockWait.retryAt))
    }
    return time
  }

  /// Moves what is still being sent on in its window, and writes what happened,
  /// unless another process has the lock.
  mutating func step(now: Double) throws(ToolError) {
    for (id, upload) in uploads where upload.due <= now {
      var permit = upload.permit
      permit.time = now + Self.uploadLead
      uploads[id] = Upload(permit: permit, due: now + Self.uploadLead - 1)
      happened(.changed(permit.entry(.unanswered)), in: permit.project, now: now)
    }
    let isDue = projects.contains { project in
      project.shared.unwrittenSince.map { $0 + Self.writeDelay <= now } ?? false
    }
    if isDue { _ = try write(now: now) }
  }

  /// Writes all that happened, and waits for a lock that another process holds,
  /// after a signal for some seconds; to be called at the end of a run.
  ///
  /// - Returns: whether everything is written.
  mutating func flush(clock: () -> Double = BootClock.now) throws(ToolError) -> Bool {
    var end = LockWait.End()
    while true {
      let now = clock()
      if try write(now: now) { return true }
      if end.hasCome(now: now) { return false }
      usleep(UInt32(max(0, min(0.1, lockWait.retryAt - now)) * 1e6) + 1000)
    }
  }

  /// - Returns: whether everything is written.
  private mutating func write(now: Double) throws(ToolError) -> Bool {
    guard let shared else { return true }
    let changed = projects.indices.filter { !projects[$0].shared.unwritten.isEmpty }
    guard !changed.isEmpty else { return true }
    guard lockWait.since == nil || now >= lockWait.retryAt else { return false }
    advance(to: now)
    return try exchange(shared, now: now) { limiter throws(DatabaseError) in
      for index in changed {
        try limiter.load(index, from: shared, now: now)
        try limiter.save(index, to: shared, now: now)
      }
    }
  }

  /// - Returns: false if another process has the lock.
  mutating func exchange(
    _ shared: QuotaDatabase, now: Double,
    _ body: (inout Limiter) throws(DatabaseError) -> Void
  ) throws(ToolError) -> Bool {
    let result: Void? = try shared.exchange(now: now) { () throws(DatabaseError) in
      try body(&self)
    }
    if result == nil { lockWait.blocked(now: now) } else { lockWait.passed() }
    return result != nil
  }

  /// Under the lock: learns what other processes have done in a project, and
  /// does to it what happened here since.
  mutating func load(
    _ index: Int, from shared: QuotaDatabase, now: Double
  ) throws(DatabaseError) {
    var number = try join(index, shared, now: now)
    // Most often only this process has changed it, and knows it all.
    guard try !shared.isCurrent(number, revision: projects[index].shared.revision) else { return }
    let (stored, revision) = try shared.state(of: &number)
    var state = stored
    state.clamp(now: now)
    // Else what is out of bounds would be put off again and again.
    projects[index].shared.needsWriting = state != stored
    if number != projects[index].shared.project {
      projects[index].shared.project = number
      projects[index].shared.revision = -1
    }
    if revision != projects[index].shared.revision {
      for entry in try shared.requests(of: number, since: projects[index].shared.revision)
      where !(entry.time <= now - SlidingWindow.span) {
        projects[index].quota.window.record(entry)
      }
    }
    projects[index].shared.revision = revision
    projects[index].shared.learned = state.learned
    projects[index].shared.day = state.today.number
    projects[index].quota.state = state
    projects[index].quota.advance(to: now, day: clock.day(at: now))
    for event in projects[index].shared.unwritten { projects[index].quota.apply(event) }
  }

  /// The number of a project in the shared state, looked up the first time.
  private mutating func join(
    _ index: Int, _ shared: QuotaDatabase, now: Double
  ) throws(DatabaseError) -> Int64 {
    if let number = projects[index].shared.project { return number }
    if clock.offset == nil {
      clock.adopt(try shared.serviceOffset(), now: now)
      advance(to: now)
    }
    let taken = Set(projects.compactMap(\.shared.project))
    let number = try shared.project(projects[index].identities, model: model, besides: taken)
    projects[index].shared.project = number
    projects[index].shared.revision = -1
    return number
  }

  /// Under the lock, after `load`: writes what happened here.
  mutating func save(
    _ index: Int, to shared: QuotaDatabase, now: Double
  ) throws(DatabaseError) {
    let share = projects[index].shared
    guard let number = share.project, !share.unwritten.isEmpty || share.needsWriting else { return }
    let revision = share.revision + 1
    for event in share.unwritten {
      switch event {
      case .started(let entry), .changed(let entry):
        try shared.save(entry, of: number, revision: revision)
      case .notSent(let entry): try shared.remove(entry.id)
      case .accepted, .throttled, .recounted: break
      }
    }
    let state = projects[index].quota.state
    try shared.save(state, of: number, revision: revision, now: now)
    if state.learned != share.learned || state.today.number != share.day {
      try shared.saveLearned(state, of: number)
    }
    if share.writes % 256 == 0 { try shared.forgetOld(of: number, now: now) }
    if clock.isUnwritten, let offset = clock.offset {
      try shared.save(serviceOffset: offset)
      clock.isUnwritten = false
    }
    projects[index].shared.unwritten.removeAll(keepingCapacity: true)
    projects[index].shared.unwrittenSince = nil
    projects[index].shared.needsWriting = false
    projects[index].shared.revision = revision
    projects[index].shared.learned = state.learned
    projects[index].shared.day = state.today.number
    projects[index].shared.writes += 1
  }
}
