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

    func cost(of usage: Usage) -> Double {
      (Double(usage.prompt) * input + Double(usage.output + usage.thoughts) * output) / 1_000_000
    }
  }

  /// What is used up; nil if nothing is. What is in flight may still add to it.
  func exhaustion(requests sent: Int, usage: Usage) -> String? {
    if let requests, sent >= requests { return "--max-requests \(requests) is reached" }
    if let tokens, usage.total >= tokens { return "--max-tokens \(tokens) is reached" }
    if let cost, let price, price.cost(of: usage) >= cost { return "--max-cost \(cost) is reached" }
    return nil
  }

  /// An amount of money, to a hundredth of a cent.
  static func amount(_ value: Double) -> String {
    let parts = Int((value * 10_000).rounded())
    let digits = String(parts % 10_000)
    return "\(parts / 10_000)." + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
