/// One project's quota of one model: what it may do, what it has done, and when
/// it may go on. Pure arithmetic; the time comes from outside, in seconds of
/// `BootClock`.
struct ProjectQuota {
  /// When a request may leave.
  enum Availability: Equatable {
    /// Now, or at a later time.
    case at(Double)
    /// Not before the next Pacific day.
    case nextDay
    /// Not in this run.
    case never
  }

  /// The waits that the service advises are this much longer, so that a clock
  /// that is a little off does not matter.
  static let grace = 0.25
  /// Beyond what has been proven, this many requests may be unanswered at
  /// once before they are spaced.
  static let riskyRequests = 2
  /// Seconds between requests beyond what has been proven: time enough for a
  /// refusal to arrive, and 3 s for a whole window of 60.
  static let riskySpacing = 0.05

  /// Seconds below which requests are not spaced: no refusal arrives in so short
  /// a time.
  static let negligibleSpacing = 0.001

  let limits: RateLimits
  var window = SlidingWindow()
  var state = QuotaState()
  /// Why it is out for this run; nil while it is not.
  private(set) var rejection: String?
  /// Whether the day is only known from the local clock. Then a day that seems
  /// new is begun with one request, whose answer has the date.
  var isDayUncertain = false

  init(limits: RateLimits) { self.limits = limits }

  /// The part of the window that is used.
  var load: Double {
    Double(window.count) / Double(limits.requestsPerMinute ?? RateLimit.maximum)
  }

  /// Brings the window and the day up to `now`.
  ///
  /// - Parameter day: `PacificDay.number` by the best clock that is known.
  mutating func advance(to now: Double, day: Int) {
    window.advance(to: now)
    state.begin(day: day)
  }

  /// The limits that hold now: the given ones or what refusals have taught.
  func effectiveLimits(at now: Double) -> RateLimits {
    var limits = limits.limited(to: state.learned)
    if let guess = state.guess {
      // A guess may be too low; it grows until the service objects again.
      let minutes = Int(max(0, min((now - state.guessTime) / 60, 1e6)))
      let grown = guess + minutes * max(1, guess / 4)
      limits.requestsPerMinute = min(limits.requestsPerMinute ?? .max, grown)
    }
    return limits
  }

  /// When a request of `tokens` input tokens may leave. Call `advance` first.
  func availability(for tokens: Int, now: Double) -> Availability {
    guard rejection == nil else { return .never }
    let rules = effectiveLimits(at: now).rules
    let isDayOver = rules.contains { kind, amount in
      guard kind.span == .pacificDay else { return false }
      return used(kind.unit) + size(tokens, in: kind.unit) > amount
    }
    var time = max(now, state.restsUntil)
    if state.today.isUsedUp || isDayOver {
      guard state.today.isUsedUp, let probe = state.probeTime else { return .nextDay }
      time = max(time, probe)
    } else if isDayUncertain, !state.otherDays.isEmpty, window.unanswered > 0,
      rules.contains(where: { $0.kind.span == .pacificDay })
    {
      time = max(time, now + 1)
    }
    for (kind, amount) in rules where kind.span == .minute {
      time = max(
        time,
        window.availability(
          for: size(tokens, in: kind.unit), of: kind.unit, amount: amount, now: now))
    }
    return .at(max(time, paced(now)))
  }

  private func used(_ unit: RateLimit.Unit) -> Int {
    unit == .requests ? state.today.requests : state.today.tokens
  }

  private func size(_ tokens: Int, in unit: RateLimit.Unit) -> Int {
    unit == .requests ? 1 : min(max(0, tokens), RateLimit.maximum)
  }

  /// The given limits may be too high, and everything that is in flight when
  /// the first refusal comes is refused as well. So what goes beyond the
  /// proven is sent with at most two unanswered, or else spaced; after a
  /// refusal one by one.
  private func paced(_ now: Double) -> Double {
    guard let latest = window.latest else { return now }
    if state.isRecovering {
      return window.unanswered > 0 ? max(now, latest + 20 * Self.riskySpacing) : now
    }
    guard window.count >= state.proven, window.unanswered >= Self.riskyRequests else { return now }
    // Large limits are not to be approached for minutes.
    let spacing =
      limits.requestsPerMinute.map { min(Self.riskySpacing, 6 / Double($0)) }
      ?? Self.riskySpacing
    guard spacing >= Self.negligibleSpacing else { return now }
    return max(now, min(latest, now) + spacing)
  }

  /// Does what happened to a request.
  mutating func apply(_ event: QuotaEvent) {
    switch event {
    case .started(let entry):
      window.record(entry)
      state.today.requests += 1
      state.today.tokens += entry.tokens
      state.probeTime = nil
    case .changed(let entry): window.record(entry)
    case .notSent(let entry):
      window.remove(entry.id)
      state.today.requests = max(0, state.today.requests - 1)
      state.today.tokens = max(0, state.today.tokens - entry.tokens)
    case .recounted(let requests): state.today.requests += requests
    case .accepted(let started): accept(started: started)
    case .throttled(let throttle, let now): refuse(throttle, now: now)
    }
  }

  /// A request that left at `started` was answered.
  private mutating func accept(started: Double) {
    state.proven = max(state.proven, window.accepted)
    // Answers take longer than refusals: one to an earlier request says
    // nothing of what a refusal has taught since.
    guard started > state.refusalTime else { return }
    state.bareRefusals = 0
    state.isRecovering = false
    if state.today.isUsedUp {
      state.today.isUsedUp = false
      state.learned.requestsPerDay = nil
    }
  }

  /// A request was refused with 429; its status has been recorded.
  private mutating func refuse(_ throttle: Throttle, now: Double) {
    state.isRecovering = true
    state.refusalTime = now
    // What is proven is what the service took before; it takes less now.
    state.proven = min(state.proven, notRefused)
    for (kind, amount) in throttle.learned.rules { state.learned[kind] = amount }
    let delay = throttle.delay.map { $0 > 0 ? min($0, QuotaState.maximumRest) : 0 }
    switch throttle.scope {
    case .day:
      if !state.today.isUsedUp {
        state.today.isUsedUp = true
        state.probeTime = now + (delay ?? 60) + Self.grace
      }
    case .minute:
      rest(until: now + (delay ?? SlidingWindow.span) + Self.grace)
      if throttle.learned == RateLimits() { guess(now) }
    case .unknown:
      state.bareRefusals = min(state.bareRefusals + 1, 16)
      let doubling = 30.0 * Double(1 << min(state.bareRefusals - 1, 5))
      // A delay that the service names is what it wants the first time.
      let isNamed = delay != nil && state.bareRefusals == 1
      rest(until: now + max(delay ?? 0, isNamed ? 0 : min(600, doubling)) + Self.grace)
      if !isNamed { guess(now) }
    }
    state.clamp(now: now)
  }

  /// What the service has taken in this window, as far as is known.
  private var notRefused: Int { window.accepted + window.unanswered }

  /// No key of the project is of use any more.
  mutating func reject(_ reason: String) { if rejection == nil { rejection = reason } }

  private mutating func rest(until time: Double) {
    state.restsUntil = max(state.restsUntil, time)
  }

  private mutating func guess(_ now: Double) {
    state.guess = max(1, notRefused)
    state.guessTime = now
  }
}

/// What happens to a request, as far as quotas go. Kept until it is written to
/// the shared state, and then done to that.
enum QuotaEvent {
  /// It was let go.
  case started(SlidingWindow.Entry)
  /// More is known of it.
  case changed(SlidingWindow.Entry)
  /// It was let go and then not sent.
  case notSent(SlidingWindow.Entry)
  /// So many were counted on the wrong day.
  case recounted(requests: Int)
  /// It was answered; when it was let go.
  case accepted(started: Double)
  /// It was refused with 429, at this time.
  case throttled(Throttle, Double)
}
