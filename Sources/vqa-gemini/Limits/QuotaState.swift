/// What outlasts a run and is shared between processes of one project's use of
/// one model, its requests of the last minute aside. Times are of `BootClock`.
struct QuotaState: Equatable, Sendable {
  /// What was used on one Pacific day.
  struct Day: Equatable, Sendable {
    /// `PacificDay.number`.
    var number = 0
    var requests = 0
    var tokens = 0
    /// Whether the service has said that the day's quota is used up.
    var isUsedUp = false
  }

  /// The day that it is now.
  var today = Day()
  /// Days on either side, since the clock that gives the day may be set.
  var otherDays: [Day] = []
  /// The most requests that one window has been seen to take.
  var proven = 0
  /// The limits that refusals have named.
  var learned = RateLimits()
  /// A limit a minute that was guessed, since the service named none, and when.
  var guess: Int?
  var guessTime = 0.0
  /// No request before this time.
  var restsUntil = 0.0
  /// Refusals that gave no reason, one after another.
  var bareRefusals = 0
  /// When one request may try whether a day's quota is used up; nil if none may.
  var probeTime: Double?
  /// When the last refusal came.
  var refusalTime = 0.0
  /// Whether the last refusal has not been followed by an answer yet.
  var isRecovering = false

  /// The longest rest, in seconds, whatever the service or the file says: after
  /// that, one request tries.
  static let maximumRest = 3600.0
  /// Days other than today that are kept.
  static let keptDays = 3

  /// Brings every value into the range that the tool itself writes, so that no
  /// stored value can stop it.
  mutating func clamp(now: Double) {
    proven = Self.clamped(proven)
    guess = guess.map { max(1, Self.clamped($0)) }
    guessTime = Self.clamped(guessTime, to: now)
    refusalTime = Self.clamped(refusalTime, to: now)
    restsUntil = Self.clamped(restsUntil, to: now + Self.maximumRest)
    probeTime = probeTime.map { Self.clamped($0, to: now + Self.maximumRest) }
    bareRefusals = min(max(0, bareRefusals), 16)
    today.clamp()
    for index in otherDays.indices { otherDays[index].clamp() }
  }

  /// Changes to another day. What was learned holds for a day.
  mutating func begin(day number: Int) {
    guard today.number != number else { return }
    let days = (today.requests > 0 || today.isUsedUp ? [today] : []) + otherDays
    let rest = restsUntil
    self = QuotaState()
    restsUntil = rest
    today = days.first { $0.number == number } ?? Day(number: number)
    otherDays = Array(days.filter { $0.number != number }.prefix(Self.keptDays))
  }

  /// A stored count, in the range that the tool writes.
  static func clamped(_ value: Int) -> Int { min(max(0, value), RateLimit.maximum) }

  private static func clamped(_ value: Double, to maximum: Double) -> Double {
    // Not a number compares with nothing.
    value > 0 ? min(value, maximum) : 0
  }
}

extension QuotaState.Day {
  fileprivate mutating func clamp() {
    requests = QuotaState.clamped(requests)
    tokens = QuotaState.clamped(tokens)
  }
}
