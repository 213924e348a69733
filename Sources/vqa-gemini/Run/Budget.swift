/// What a run may use; nil for no bound.
struct Budget {
  var requests: Int?
  /// Input, output and thoughts together.
  var tokens: Int?
  /// In the currency of `price`.
  var cost: Double?
  var price: Price?

  /// For a million tokens.
  struct Price: Equatable {
    var input: Double
    /// Thoughts are billed as output.
    var output: Double
    /// The highest that is taken: a unit of the currency for each token.
    static let maximum = 1_000_000.0

    func scaled(by factor: Double) -> Price {
      Price(input: input * factor, output: output * factor)
    }

    func cost(of usage: Usage) -> Double {
      cost(input: usage.prompt, output: usage.output + usage.thoughts)
    }

    func cost(input tokens: Int, output: Int) -> Double {
      (Double(tokens) * input + Double(output) * self.output) / 1_000_000
    }
  }

  /// An amount of what is bounded.
  struct Amount: Equatable {
    var requests = 0
    var tokens = 0
    var cost = 0.0

    static func + (a: Amount, b: Amount) -> Amount {
      Amount(
        requests: a.requests + b.requests, tokens: a.tokens + b.tokens, cost: a.cost + b.cost)
    }
  }

  /// Whether one more request may be sent.
  enum Admission: Equatable {
    case admitted
    /// Perhaps, when it is known what those in flight have used.
    case undecided
    /// No: says which bound is reached.
    case exhausted(String)
  }

  /// Whether tokens or cost are bounded, so that it matters what a request
  /// will have used.
  var boundsUse: Bool { tokens != nil || cost != nil }

  /// Whether anything is bounded.
  var isBounded: Bool { boundsUse || requests != nil }

  /// Whether one more request may be sent.
  ///
  /// - Parameters:
  ///   - used: what ended requests have used.
  ///   - inFlight: what those in flight will have used, rather too much than
  ///     too little.
  ///   - next: what the request will have used, as is to be expected.
  func admission(used: Amount, inFlight: Amount, next: Amount) -> Admission {
    guard let bound = reached(by: used + inFlight + next) else { return .admitted }
    return inFlight.requests > 0 ? .undecided : .exhausted("\(bound) is reached")
  }

  private func reached(by amount: Amount) -> String? {
    if let requests, amount.requests > requests { return "--max-requests \(requests)" }
    if let tokens, amount.tokens > tokens { return "--max-tokens \(tokens)" }
    if let cost, amount.cost > cost { return "--max-cost \(cost)" }
    return nil
  }

  /// An amount of money, to a hundredth of a cent.
  static func amount(_ value: Double) -> String {
    let parts = Int(min(max(0, value), 1e14) * 10_000)
    let rounded = value - Double(parts) / 10_000 >= 0.000_05 ? parts + 1 : parts
    let digits = String(rounded % 10_000)
    return "\(rounded / 10_000)." + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
