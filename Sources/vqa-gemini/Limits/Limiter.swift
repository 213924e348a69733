import SQLite
import Shared

/// Hands out permits, so that no project exceeds its limits.
///
/// What it knows is shared with other processes. A permit is counted there
/// before it is granted; what becomes of the request is written soon after, and
/// kept until it can be. No call waits for another process. Times are of
/// `BootClock`.
struct Limiter: ~Copyable {
  var projects: [Project]
  let shared: QuotaDatabase?
  let model: String
  var clock = ServiceClock()
  var lockWait: LockWait
  /// Requests of which the last byte is not acknowledged, by permit; when they
  /// were counted last.
  var uploads: [Int64: Upload] = [:]
  /// Requests let go while the day was not certain, by project.
  var uncertainRequests: [Int: Int] = [:]
  /// Permits that were taken together with one that was asked for.
  private var reserve: [Permit] = []
  private var lastID = Int64.random(in: 0..<1 << 12)

  /// A request on its way.
  struct Upload {
    var permit: Permit
    /// When its place in the window has to be moved on.
    var due: Double
  }

  /// Seconds by which a request may leave later than it counts from; the window
  /// is longer than a minute by more than that.
  static let negligible = 0.05
  /// Seconds after which a request that is still being sent is moved on.
  static let firstRenewal = 0.25
  /// A request that is still being sent counts as sent so many seconds from
  /// now; this is renewed until it is sent. If the process is killed in the
  /// middle, nothing more is to be done.
  static let uploadLead = 5.0
  /// Seconds after which a place in the window is not relied on; others need a
  /// moment to see that it was moved on.
  static let lifetime = SlidingWindow.span - 2
  /// Seconds that what happened may wait to be written, so that several things
  /// are written at once.
  static let writeDelay = 0.1

  init(projects: [Project], shared: QuotaDatabase? = nil, model: String = "") {
    self.projects = projects
    self.shared = shared
    self.model = model
    lockWait = LockWait(path: shared?.path ?? "")
  }

  typealias Availability = ProjectQuota.Availability

  /// When a request of `tokens` input tokens may leave, in the project where
  /// that is soonest, as far as is known here.
  func availability(for tokens: Int, now: Double) -> Availability {
    best(for: tokens, now: now).availability
  }

  /// A permit, if some project has capacity now: the one that has used the
  /// least of its window.
  ///
  /// - Parameter tokens: input tokens of the request, and of those that are
  ///   likely to be asked for next: permits for all are taken under one lock,
  ///   and kept until `returnReserve`.
  /// - Throws: if the shared state fails, which ends the run: limits are never
  ///   counted by one process alone.
  mutating func permit(for tokens: [Int], now: Double) throws(ToolError) -> PermitResult {
    let size = tokens.first ?? 0
    if let kept = reserve.first, kept.tokens >= size { return .granted(reserve.removeFirst()) }
    returnReserve(now: now)
    advance(to: now)
    let (availability, index) = best(for: size, now: now)
    // Other processes may have taken what seems free here; what they have
    // taken cannot make more free, so the lock is asked for only then.
    guard case .at(let time) = availability, time <= now, let index else {
      return result(availability)
    }
    guard let shared else { return .granted(grant(index, tokens: size, now: now)) }
    guard lockWait.since == nil || now >= lockWait.retryAt else {
      return .locked(retryAt: lockWait.retryAt)
    }
    let isDone = try exchange(shared, now: now) { limiter throws(DatabaseError) in
      try limiter.grantShared(tokens, first: index, shared, now: now)
    }
    guard isDone else { return .locked(retryAt: lockWait.retryAt) }
    if !reserve.isEmpty { return .granted(reserve.removeFirst()) }
    return result(best(for: size, now: now).availability)
  }

  /// Gives permits back that were taken and not asked for; to be called before
  /// anything is waited for.
  mutating func returnReserve(now: Double) {
    for permit in reserve { returned(permit, now: now) }
    reserve.removeAll(keepingCapacity: true)
  }

  private func result(_ availability: Availability) -> PermitResult {
    switch availability {
    case .at(let time): .at(time)
    case .nextDay: .nextDay
    case .never: .never(lastRejection)
    }
  }

  /// Under the lock: adds permits to the reserve, as far as there is capacity.
  private mutating func grantShared(
    _ tokens: [Int], first: Int, _ shared: QuotaDatabase, now: Double
  ) throws(DatabaseError) {
    try load(first, from: shared, now: now)
    var seen: Set<Int> = [first]
    for size in tokens {
      guard let index = try freest(for: size, &seen, shared, now: now) else { break }
      reserve.append(grant(index, tokens: size, now: now))
    }
    for index in seen { try save(index, to: shared, now: now) }
  }

  /// Under the lock: the project with capacity that is the best; nil if none has.
  ///
  /// - Parameter seen: the projects that are known as they are; more become so.
  private mutating func freest(
    for tokens: Int, _ seen: inout Set<Int>, _ shared: QuotaDatabase, now: Double
  ) throws(DatabaseError) -> Int? {
    while case (.at(let time), let index?) = best(for: tokens, now: now), time <= now {
      guard seen.insert(index).inserted else { return index }
      try load(index, from: shared, now: now)
    }
    return nil
  }

  private mutating func grant(_ index: Int, tokens: Int, now: Double) -> Permit {
    let keys = projects[index].keys
    let key = keys[projects[index].turn % keys.count]
    projects[index].turn += 1
    let permit = Permit(
      id: nextID(now), project: index, key: key, started: now, time: now,
      tokens: min(max(0, tokens), RateLimit.maximum))
    happened(.started(permit.entry(.unanswered)), in: index, now: now)
    if clock.offset == nil { uncertainRequests[index, default: 0] += 1 }
    uploads[permit.id] = Upload(permit: permit, due: now + Self.firstRenewal)
    return permit
  }

  /// A number that no other request has, of this or another process: the
  /// microsecond, and a random per-process counter. In the order of time, so
  /// that requests of one moment share a page of the database.
  private mutating func nextID(_ now: Double) -> Int64 {
    lastID = (lastID + 1) % (1 << 12)
    return Int64(now * 1e6) << 12 | lastID
  }

  private func best(for tokens: Int, now: Double) -> (availability: Availability, index: Int?) {
    var result = Availability.never
    var best: Int?
    for index in projects.indices where !projects[index].keys.isEmpty {
      let quota = projects[index].quota
      switch (quota.availability(for: tokens, now: now), result) {
      case (.at(let time), .at(let other)):
        let isFreer = time == other && quota.load < projects[best ?? index].quota.load
        if time < other || isFreer { (result, best) = (.at(time), index) }
      case (.at(let time), _): (result, best) = (.at(time), index)
      case (.nextDay, .never): result = .nextDay
      default: break
      }
    }
    return (result, best)
  }

  /// Brings windows and days up to `now`.
  mutating func advance(to now: Double) {
    let day = clock.day(at: now)
    for index in projects.indices {
      projects[index].quota.isDayUncertain = clock.offset == nil
      projects[index].quota.advance(to: now, day: day)
    }
  }

  mutating func happened(_ event: QuotaEvent, in project: Int, now: Double) {
    projects[project].quota.apply(event)
    guard shared != nil else { return }
    projects[project].shared.unwritten.append(event)
    if projects[project].shared.unwrittenSince == nil {
      projects[project].shared.unwrittenSince = now
    }
  }
}
