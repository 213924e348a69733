/// What a run has used so far.
struct Totals {
  /// Requests sent, repeated ones included.
  var requests = 0
  /// Rows that the service answered in this run.
  var answered = 0
  /// Rows whose answers came from the cache.
  var remembered = 0
  /// Tokens of all replies, useless ones included.
  var usage = Usage()
  /// By the price of the tier that served each request.
  var cost = 0.0

  /// What counts against the budget.
  var amount: Budget.Amount {
    Budget.Amount(
      requests: requests, tokens: max(usage.total, usage.prompt + usage.output + usage.thoughts),
      cost: cost)
  }

  /// Such as `; 20 requests, 25000 tokens in, 800 out, 2100 of thoughts`.
  func summary(price: Budget.Price?) -> String {
    var text = ""
    if remembered > 0 { text += "; \(remembered) from the cache" }
    guard requests > 0 else { return text }
    text += "; \(requests) \(requests == 1 ? "request" : "requests"), \(usage.prompt) tokens in, "
    text += "\(usage.output) out, \(usage.thoughts) of thoughts"
    if price != nil { text += ", \(Budget.amount(cost)) to pay" }
    return text
  }
}
