/// One project's standing with one model: what it may do, what it has done,
/// and when it may go on. Pure arithmetic; the clock comes from outside, in
/// seconds since 1970.
struct Allowance {
  /// When there is room for a request.
  enum Room: Equatable {
    /// Now, or at a later time.
    case at(Double)
    /// Not before this time, when the next Pacific day begins.
    case nextDay(Double)
    /// Not in this run.
    case never
  }

  /// The waits that the service advises are this much longer, so that a clock
  /// that is a little off does not matter.
  static let grace = 0.25
  /// Beyond what has been proven, this many requests may be unanswered at
  /// once before they are spaced.
  static let riskyFlights = 2
  /// Seconds between requests beyond what has been proven: time enough for a
  /// refusal to arrive, and 3 s for a whole window of 60.
  static let riskySpacing = 0.05

  let limits: Limits
  private(set) var window = Window()
  /// What all processes on the machine should know.
  var standing = Standing()
  /// Out for this run; nil while it is not.
  private(set) var rejection: String?

  /// What outlasts a run and is shared between processes.
  struct Standing: Equatable {
    /// The Pacific day for which all this holds.
    var day = 0
    /// Requests sent on that day.
    var requests = 0
    /// The most requests that one window has been seen to take.
    var proven = 0
    var learned = Limits.Learned()
    /// A limit that was guessed, since the service named none, and when.
    var guess: Int?
    var guessTime = 0.0
    /// No request before this time.
    var restsUntil = 0.0
    /// Refusals that gave no reason, one after another.
    var bareRefusals = 0
    /// Whether the service has said that the day's quota is used up.
    var isDayUsedUp = false
    /// When one request may try whether that is so; nil if none may.
    var probeTime: Double?
    /// When the last refusal came.
    var refusalTime = 0.0
    /// Whether the last refusal has not been followed by an answer yet.
    var isRecovering = false
  }

  init(limits: Limits) { self.limits = limits }

  /// The part of the window that is used.
  var load: Double { Double(window.count) / Double(limits.requestsPerMinute) }

  /// Brings the window and the day up to `now`.
  mutating func advance(to now: Double) {
    window.advance(to: now)
    let day = PacificDay.number(at: now)
    guard standing.day != day else { return }
    let rest = standing.restsUntil
    standing = Standing(day: day, restsUntil: rest)
  }

  /// The limits that hold now: the given ones or what refusals have taught.
  func effectiveLimits(at now: Double) -> Limits {
    var limits = limits.limited(to: standing.learned)
    if let guess = standing.guess {
      // A guess may be too low; it grows until the service objects again.
      let minutes = max(0, Int((now - standing.guessTime) / 60))
      let grown = guess + minutes * max(1, guess / 4)
      limits.requestsPerMinute = min(limits.requestsPerMinute, grown)
    }
    return limits
  }

  /// When a request of `tokens` input tokens may leave. Call `advance` first.
  func room(for tokens: Int, now: Double) -> Room {
    guard rejection == nil else { return .never }
    let limits = effectiveLimits(at: now)
    let isDayOver = standing.requests >= limits.requestsPerDay ?? .max
    var time = max(now, standing.restsUntil)
    if standing.isDayUsedUp || isDayOver {
      guard standing.isDayUsedUp, let probe = standing.probeTime else {
        return .nextDay(PacificDay.end(at: now))
      }
      time = max(time, probe)
    }
    time = max(
      time,
      window.room(
        for: tokens, requests: limits.requestsPerMinute, tokens: limits.tokensPerMinute, now: now))
    return .at(max(time, paced(now)))
  }

  /// The given limits may be too high, and everything that is in flight when
  /// the first refusal comes is refused as well. So what goes beyond the
  /// proven is sent with at most two unanswered, or else spaced; after a
  /// refusal one by one.
  private func paced(_ now: Double) -> Double {
    guard let latest = window.latest else { return now }
    if standing.isRecovering {
      return window.flying > 0 ? max(now, latest + 20 * Self.riskySpacing) : now
    }
    guard window.count >= standing.proven, window.flying >= Self.riskyFlights else { return now }
    // Large limits are not to be approached for minutes.
    return latest + min(Self.riskySpacing, 6 / Double(limits.requestsPerMinute))
  }

  /// A request leaves.
  mutating func start(_ id: Int64, tokens: Int, now: Double) {
    window.record(Window.Entry(id: id, time: now, tokens: tokens, fate: .flying))
    standing.requests += 1
    standing.probeTime = nil
  }

  /// More is known of a request: of this process, or of another one.
  mutating func record(_ entry: Window.Entry) { window.record(entry) }

  /// A request that left at `started` was answered.
  mutating func accept(started: Double) {
    standing.proven = max(standing.proven, window.accepted)
    // Answers take longer than refusals: one to an earlier request says
    // nothing of what a refusal has told since.
    guard started > standing.refusalTime else { return }
    standing.bareRefusals = 0
    standing.isRecovering = false
    if standing.isDayUsedUp {
      standing.isDayUsedUp = false
      standing.learned.requestsPerDay = nil
    }
  }

  /// A request was refused with 429; its fate has been recorded.
  mutating func refuse(_ throttle: Throttle, now: Double) {
    standing.isRecovering = true
    standing.refusalTime = now
    // What is proven is what the service took before; it takes less now.
    standing.proven = min(standing.proven, notRefused)
    learn(throttle.learned)
    switch throttle.scope {
    case .day:
      if !standing.isDayUsedUp {
        standing.isDayUsedUp = true
        standing.probeTime = now + (throttle.delay ?? 60) + Self.grace
      }
    case .minute:
      rest(until: now + (throttle.delay ?? Window.span) + Self.grace)
      if throttle.learned == Limits.Learned() { guess(now) }
    case .unknown:
      standing.bareRefusals = min(standing.bareRefusals + 1, 16)
      let doubling = 30.0 * Double(1 << min(standing.bareRefusals - 1, 5))
      rest(until: now + max(throttle.delay ?? 0, min(600, doubling)))
      guess(now)
    }
  }

  /// What the service has taken in this window, as far as is known.
  private var notRefused: Int { window.accepted + window.flying }

  /// No key of the project is of use any more.
  mutating func reject(_ reason: String) { if rejection == nil { rejection = reason } }

  private mutating func rest(until time: Double) {
    standing.restsUntil = max(standing.restsUntil, time)
  }

  private mutating func learn(_ limits: Limits.Learned) {
    if let value = limits.requestsPerMinute { standing.learned.requestsPerMinute = value }
    if let value = limits.tokensPerMinute { standing.learned.tokensPerMinute = value }
    if let value = limits.requestsPerDay { standing.learned.requestsPerDay = value }
  }

  private mutating func guess(_ now: Double) {
    standing.guess = max(1, notRefused)
    standing.guessTime = now
  }
}
