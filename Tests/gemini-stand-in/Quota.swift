/// A project's limits for each model; nil is no limit.
struct Limits {
  var requestsPerMinute: Int?
  var tokensPerMinute: Int?
  var requestsPerDay: Int?
  /// Which names the quotas have: those of the free tier or of a paid one.
  var freeTier = true
}

/// How a minute is told.
enum MinuteWindow: String, CaseIterable {
  /// Any 60 seconds.
  case sliding
  /// From :00 to :00 of the clock.
  case fixed
}

/// The counts of one project and model.
struct Quota {
  private var admitted: [(time: Double, tokens: Int)] = []
  private var first = 0
  private var tokensInWindow = 0
  private(set) var today = 0

  /// One limit that a request would break.
  struct Excess {
    enum Kind { case requestsPerMinute, tokensPerMinute, requestsPerDay }
    let kind: Kind
    let limit: Int
    /// Seconds until the request would be let in.
    let wait: Double
  }

  /// Counts the request if every limit has room for it.
  ///
  /// - Parameters:
  ///   - tokens: what the request costs of the minute's input tokens.
  ///   - now: seconds since 1970; never goes back.
  ///   - limits: the project's limits.
  ///   - window: how a minute is told.
  ///   - countsRefusals: whether a refused request uses up the limits too.
  /// - Returns: the limits in its way; empty when it was counted.
  mutating func admit(
    tokens: Int, at now: Double, limits: Limits, window: MinuteWindow, countsRefusals: Bool
  ) -> [Excess] {
    // A fixed minute begins with its first instant, a sliding one after it.
    let start = window == .sliding ? now - 60 : ((now / 60).rounded(.down) * 60).nextDown
    while first < admitted.count, admitted[first].time <= start {
      tokensInWindow -= admitted[first].tokens
      first += 1
    }
    if first > 1024, first > admitted.count / 2 {
      admitted.removeFirst(first)
      first = 0
    }
    let excesses = excesses(tokens: tokens, at: now, limits: limits, window: window)
    if excesses.isEmpty || countsRefusals {
      admitted.append((now, tokens))
      tokensInWindow += tokens
      today += 1
    }
    return excesses
  }

  private func excesses(
    tokens: Int, at now: Double, limits: Limits, window: MinuteWindow
  ) -> [Excess] {
    var excesses: [Excess] = []
    let nextMinute = 60 - (now - (now / 60).rounded(.down) * 60)
    if let limit = limits.requestsPerMinute, admitted.count - first >= limit {
      let leaving = admitted.count - max(limit, 1)
      let wait =
        leaving < admitted.count && leaving >= first ? admitted[leaving].time + 60 - now : 60
      excesses.append(
        Excess(
          kind: .requestsPerMinute, limit: limit, wait: window == .sliding ? wait : nextMinute))
    }
    if let limit = limits.tokensPerMinute, tokensInWindow + tokens > limit {
      let wait = window == .sliding ? waitForTokens(tokens, limit: limit, at: now) : nextMinute
      excesses.append(Excess(kind: .tokensPerMinute, limit: limit, wait: wait))
    }
    // The day's refusal comes with a short delay, as if it could be tried soon.
    if let limit = limits.requestsPerDay, today >= limit {
      excesses.append(Excess(kind: .requestsPerDay, limit: limit, wait: nextMinute))
    }
    return excesses
  }

  private func waitForTokens(_ tokens: Int, limit: Int, at now: Double) -> Double {
    var held = tokensInWindow
    for entry in admitted[first...] {
      held -= entry.tokens
      if held + tokens <= limit { return entry.time + 60 - now }
    }
    return 60
  }
}

extension Refusal {
  /// The 429 of used-up quotas, as free and paid tiers spell it.
  ///
  /// - Parameter helpFirst: the order of the details varies in the API's answers.
  static func quota(
    _ excesses: [Quota.Excess], model: String, freeTier: Bool, helpFirst: Bool
  ) -> Refusal {
    let wait = excesses.map(\.wait).max() ?? 0
    var message =
      "You exceeded your current quota, please check your plan and billing details. For more "
      + "information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. "
      + "To monitor your current usage, head to: https://ai.dev/rate-limit. "
    var violations: [Value] = []
    for excess in excesses {
      let metric = "generativelanguage.googleapis.com/\(excess.metric(freeTier: freeTier))"
      message += "\n* Quota exceeded for metric: \(metric), limit: \(excess.limit), model: \(model)"
      violations.append([
        "quotaMetric": .string(metric), "quotaId": .string(excess.quotaID(freeTier: freeTier)),
        "quotaDimensions": ["location": "global", "model": .string(model)],
        "quotaValue": .string(String(excess.limit)),
      ])
    }
    message += "\nPlease retry in \((wait * 1e9).rounded() / 1e9)s."
    let failure = Detail.quotaFailure(violations)
    return .exhausted(
      message,
      details: (helpFirst ? [Detail.help, failure] : [failure, Detail.help])
        + [Detail.retry(after: wait)])
  }
}

extension Quota.Excess {
  /// The log's word for it.
  var name: String {
    switch kind {
    case .requestsPerMinute: "rpm"
    case .tokensPerMinute: "tpm"
    case .requestsPerDay: "rpd"
    }
  }

  func metric(freeTier: Bool) -> String {
    let tier = freeTier ? "free_tier" : "paid_tier"
    return kind == .tokensPerMinute
      ? "generate_content_\(tier)_input_token_count" : "generate_content_\(tier)_requests"
  }

  func quotaID(freeTier: Bool) -> String {
    let suffix = freeTier ? "-FreeTier" : ""
    return switch kind {
    case .requestsPerMinute: "GenerateRequestsPerMinutePerProjectPerModel\(suffix)"
    case .requestsPerDay: "GenerateRequestsPerDayPerProjectPerModel\(suffix)"
    case .tokensPerMinute:
      freeTier
        ? "GenerateContentInputTokensPerModelPerMinute-FreeTier"
        : "GenerateContentPaidTierInputTokensPerModelPerMinute"
    }
  }
}
