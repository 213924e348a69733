/// A kind of rate limit. A new kind is a case here: what it counts, and over
/// which span.
enum RateLimit: String, CaseIterable, Sendable {
  case requestsPerMinute = "rpm"
  /// Input tokens.
  case tokensPerMinute = "tpm"
  case requestsPerDay = "rpd"

  /// What is counted.
  enum Unit { case requests, inputTokens }

  /// Over which time.
  enum Span {
    /// Any 60 seconds.
    case minute
    /// From one Pacific midnight to the next.
    case pacificDay
  }

  var unit: Unit {
    switch self {
    case .requestsPerMinute, .requestsPerDay: .requests
    case .tokensPerMinute: .inputTokens
    }
  }

  var span: Span {
    switch self {
    case .requestsPerMinute, .tokensPerMinute: .minute
    case .requestsPerDay: .pacificDay
    }
  }

  /// The largest amount; a larger one is taken for this.
  static let maximum = 1_000_000_000
}

/// Amounts for some kinds of rate limits: what a project may ask of a model.
struct RateLimits: Equatable, Sendable {
  private var amounts: [RateLimit: Int] = [:]

  /// The amount, from 1 to `RateLimit.maximum`; nil if there is no limit of
  /// that kind, which a value below 1 means as well.
  subscript(kind: RateLimit) -> Int? {
    get { amounts[kind] }
    set { amounts[kind] = newValue.flatMap { $0 < 1 ? nil : min($0, RateLimit.maximum) } }
  }

  init(
    requestsPerMinute: Int? = nil, tokensPerMinute: Int? = nil, requestsPerDay: Int? = nil
  ) {
    self[.requestsPerMinute] = requestsPerMinute
    self[.tokensPerMinute] = tokensPerMinute
    self[.requestsPerDay] = requestsPerDay
  }

  /// The kinds that have an amount.
  var rules: [(kind: RateLimit, amount: Int)] {
    RateLimit.allCases.compactMap { kind in amounts[kind].map { (kind, $0) } }
  }

  /// The tighter of each kind.
  func limited(to other: RateLimits) -> RateLimits {
    var limits = self
    for (kind, amount) in other.rules { limits[kind] = min(self[kind] ?? amount, amount) }
    return limits
  }
}

extension RateLimits {
  var requestsPerMinute: Int? {
    get { self[.requestsPerMinute] }
    set { self[.requestsPerMinute] = newValue }
  }

  var tokensPerMinute: Int? {
    get { self[.tokensPerMinute] }
    set { self[.tokensPerMinute] = newValue }
  }

  var requestsPerDay: Int? {
    get { self[.requestsPerDay] }
    set { self[.requestsPerDay] = newValue }
  }

}
