/// What a 429 means: which quota, for how long, and what the limit is.
enum QuotaReader {
  /// - Parameter headers: `Retry-After` counts where the body names no delay.
  static func verdict(_ error: ErrorEnvelope, _ message: String, _ headers: ReplyHeaders)
    -> Verdict
  {
    let violations = error.quotaViolations
    if violations.isEmpty, isOutOfCredit(message) { return .projectRejected(message) }
    // "limit: 0" is a tier without this model, not a wait.
    if isLimitZero(message) || violations.contains(where: { $0.value == 0 }) {
      return .projectRejected(message)
    }
    var learned = RateLimits()
    for violation in violations {
      guard let value = violation.value, value > 0 else { continue }
      switch (violation.period, violation.countsTokens) {
      case (.day, false): learned.requestsPerDay = min(value, learned.requestsPerDay ?? .max)
      case (.day, true): break
      case (_, false): learned.requestsPerMinute = min(value, learned.requestsPerMinute ?? .max)
      case (_, true): learned.tokensPerMinute = min(value, learned.tokensPerMinute ?? .max)
      }
    }
    return .throttled(
      Throttle(
        scope: scope(violations, message), delay: error.retryDelay ?? headers.delay,
        learned: learned, message: message))
  }

  /// A day's quota comes with a short retryDelay; the sources conflict on which
  /// of the two holds. The day wins, but for one probe.
  private static func scope(_ violations: [QuotaViolation], _ message: String) -> Throttle.Scope {
    let periods = violations.isEmpty ? [QuotaViolation.period(message)] : violations.map(\.period)
    return periods.contains(.day) ? .day : periods.contains(.minute) ? .minute : .unknown
  }

  /// Whether a text says that the project has nothing left to spend, which no
  /// wait of minutes changes. A limit on spending over minutes is a rate limit.
  static func isOutOfCredit(_ text: String) -> Bool {
    let text = text.lowercased()
    func has(_ words: String...) -> Bool { words.contains { text.contains($0) } }
    if has("credit") {
      return has("depleted", "exhausted", "used up", "insufficient", "run out", "ran out", "no ")
    }
    if has("spend"), has("cap", "monthly", "budget") {
      return !has("minute", "rolling", "per second")
    }
    return has("billing account")
      && has("closed", "disabled", "suspended", "inactive", "past due", "overdue", "not active")
  }

  /// Whether the text says "limit: 0", and not "limit: 05" or "limit: 0.5".
  static func isLimitZero(_ text: String) -> Bool {
    text.ranges(of: "limit: 0").contains { range in
      guard let next = text[range.upperBound...].first else { return true }
      if next.isNumber { return false }
      guard next == "." else { return true }
      return text[text.index(after: range.upperBound)...].first?.isNumber != true
    }
  }
}

/// One quota that a 429 names.
struct QuotaViolation {
  /// Such as `GenerateRequestsPerDayPerProjectPerModel-FreeTier`.
  var id: String
  /// Such as `generativelanguage.googleapis.com/generate_content_free_tier_requests`.
  var metric: String
  /// The limit itself; the service may leave it out.
  var value: Int?

  var period: Throttle.Scope {
    let byID = Self.period(id)
    return byID == .unknown ? Self.period(metric) : byID
  }

  var countsTokens: Bool {
    id.lowercased().contains("token") || metric.lowercased().contains("token")
  }

  /// The period that a name (`…PerDay…`, `…_per_minute`) or a sentence holds.
  static func period(_ text: String) -> Throttle.Scope {
    let text = text.lowercased().filter { $0.isLetter }
    if text.contains("perday") || text.contains("daily") { return .day }
    return text.contains("perminute") ? .minute : .unknown
  }
}
