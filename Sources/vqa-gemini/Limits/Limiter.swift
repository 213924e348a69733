import Glibc

/// A project of the run: its keys and what it may do.
struct Project {
  let name: String
  var keys: [APIKey]
  var allowance: Allowance
  /// Whether it is out since it has not got the model.
  var lacksModel = false
  /// Which key is next; keys of one project take turns.
  var turn = 0
  /// What is shared with other processes.
  var share = Share()

  /// Groups keys by their project; of limits given twice the tighter holds.
  ///
  /// - Parameter defaults: for what a key's line leaves out.
  static func grouped(_ keys: [APIKey], defaults: Limits) -> [Project] {
    var order: [String] = []
    var groups: [String: [APIKey]] = [:]
    for key in keys {
      // A project that is named cannot collide with one that is not.
      let group = key.project.map { "named \($0)" } ?? "own \(key.secret)"
      if groups[group] == nil { order.append(group) }
      groups[group, default: []].append(key)
    }
    return order.map { group in
      let keys = groups[group] ?? []
      let limits = Limits(
        requestsPerMinute: keys.compactMap(\.requestsPerMinute).min() ?? defaults.requestsPerMinute,
        tokensPerMinute: keys.compactMap(\.tokensPerMinute).min() ?? defaults.tokensPerMinute,
        requestsPerDay: keys.compactMap(\.requestsPerDay).min() ?? defaults.requestsPerDay)
      return Project(
        name: keys.first.map { key in key.project.map { "project \($0)" } ?? key.name } ?? "",
        keys: keys, allowance: Allowance(limits: limits))
    }
  }
}

/// The right to send one request, with the key to send it with.
struct Permit {
  let id: Int64
  let project: Int
  let key: APIKey
  /// Seconds since 1970.
  let started: Double
  /// When it counts: when its last byte left, once that is known.
  var time: Double
  /// Input tokens, estimated.
  let tokens: Int
}

/// Hands out permits, so that no project exceeds its limits.
///
/// What it knows is shared with other processes, if it can be: each change is
/// made under a lock that `leave` gives back.
struct Limiter: ~Copyable {
  var projects: [Project]
  var shared: SharedLimits?
  /// Whether this process holds the lock.
  var isLocked = false
  private var lastID = Int64.random(in: 0..<1 << 12)

  init(projects: [Project], shared: SharedLimits? = nil, model: String = "") {
    self.projects = projects
    self.shared = shared
    join(model: model)
  }

  typealias Room = Allowance.Room

  /// The soonest room of all projects.
  func room(for tokens: Int, now: Double) -> Room { best(for: tokens, now: now).room }

  /// A permit, if some project has room now: the one that has used the least
  /// of its window.
  mutating func permit(for tokens: Int, now: Double) -> Permit? {
    for index in projects.indices { projects[index].allowance.advance(to: now) }
    // Other processes may have taken what seems free here; what they have
    // taken cannot make more free, so the lock is asked for only then.
    var chosen: Int?
    while true {
      let (room, best) = best(for: tokens, now: now)
      guard case .at(let time) = room, time <= now, let best else { return nil }
      if best == chosen { break }
      touch(best, now: now)
      chosen = best
    }
    guard let index = chosen else { return nil }
    let keys = projects[index].keys
    guard !keys.isEmpty else { return nil }
    let key = keys[projects[index].turn % keys.count]
    projects[index].turn += 1
    let permit = Permit(
      id: nextID(now), project: index, key: key, started: now, time: now,
      tokens: tokens)
    projects[index].allowance.start(permit.id, tokens: tokens, now: now)
    note(permit, .flying, tokens: tokens)
    return permit
  }

  /// A number that no other request has, of this or another process: the
  /// microsecond, and where in a random circle this process has come to. In the
  /// order of time, so that requests of one moment share a page of the database.
  private mutating func nextID(_ now: Double) -> Int64 {
    lastID = (lastID + 1) % (1 << 12)
    return Int64(now * 1e6) << 12 | lastID
  }

  private func best(for tokens: Int, now: Double) -> (room: Room, index: Int?) {
    var room = Room.never
    var best: Int?
    for index in projects.indices {
      let allowance = projects[index].allowance
      switch (allowance.room(for: tokens, now: now), room) {
      case (.at(let time), .at(let other)):
        let isFreer = time == other && allowance.load < projects[best ?? index].allowance.load
        if time < other || isFreer { (room, best) = (.at(time), index) }
      case (.at(let time), _): (room, best) = (.at(time), index)
      case (.nextDay(let time), .nextDay(let other)): room = .nextDay(min(time, other))
      case (.nextDay(let time), .never): room = .nextDay(time)
      default: break
      }
    }
    return (room, best)
  }

  /// The last byte of a request left at `time`.
  mutating func sent(_ permit: inout Permit, at time: Double) {
    permit.time = time
    // The window is longer than a minute by more than that.
    guard time - permit.started > Self.negligible else { return }
    touch(permit.project, now: time)
    record(permit, .flying, tokens: permit.tokens)
  }

  /// The service did the request.
  ///
  /// - Parameter tokens: input tokens as it counted them; nil if it did not say.
  mutating func accepted(_ permit: Permit, tokens: Int?, now: Double) {
    touch(permit.project, now: now)
    record(permit, .accepted, tokens: tokens ?? permit.tokens)
    projects[permit.project].allowance.accept(started: permit.started)
  }

  /// The service failed; whether the request counts there is not known, so it
  /// counts here.
  mutating func failed(_ permit: Permit, now: Double) {
    touch(permit.project, now: now)
    record(permit, .refused, tokens: permit.tokens)
  }

  /// The service said 429.
  mutating func throttled(_ permit: Permit, _ throttle: Throttle, now: Double) {
    touch(permit.project, now: now)
    record(permit, .refused, tokens: permit.tokens)
    projects[permit.project].allowance.refuse(throttle, now: now)
  }

  /// A key is out for this run.
  ///
  /// - Returns: whether it was still in.
  mutating func drop(_ key: APIKey, of project: Int, because reason: String) -> Bool {
    let before = projects[project].keys.count
    projects[project].keys.removeAll { $0.secret == key.secret }
    if projects[project].keys.isEmpty { projects[project].allowance.reject(reason) }
    return projects[project].keys.count < before
  }

  /// A project is out for this run.
  ///
  /// - Returns: whether it was still in.
  mutating func drop(project: Int, because reason: String, lacksModel: Bool) -> Bool {
    guard projects[project].allowance.rejection == nil else { return false }
    projects[project].allowance.reject(reason)
    projects[project].lacksModel = lacksModel
    return true
  }

  /// Requests of all projects within the window, and how many may be.
  var lastMinute: (used: Int, allowed: Int) {
    projects.reduce((0, 0)) { sum, project in
      guard project.allowance.rejection == nil else { return sum }
      return (
        sum.0 + project.allowance.window.count,
        sum.1 + project.allowance.limits.requestsPerMinute
      )
    }
  }

  /// Whether all projects are out since none of them has the model.
  var lacksModel: Bool { projects.allSatisfy(\.lacksModel) }

  /// Why the last of the projects is out.
  var lastRejection: String { projects.compactMap(\.allowance.rejection).last ?? "" }

  /// Seconds by which a request may leave later than it counts from.
  private static let negligible = 0.2

  private mutating func record(_ permit: Permit, _ fate: Window.Fate, tokens: Int) {
    projects[permit.project].allowance.record(
      Window.Entry(id: permit.id, time: permit.time, tokens: tokens, fate: fate))
    note(permit, fate, tokens: tokens)
  }

  private mutating func note(_ permit: Permit, _ fate: Window.Fate, tokens: Int) {
    guard isLocked else { return }
    projects[permit.project].share.changed.append(
      Window.Entry(id: permit.id, time: permit.time, tokens: tokens, fate: fate))
  }
}
