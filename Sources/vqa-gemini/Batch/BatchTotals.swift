/// What a batch run has done, for its summary.
struct BatchTotals {
  /// Jobs made, and their lines.
  var jobs = 0
  var lines = 0
  /// Jobs whose results were taken.
  var collected = 0
  var collectedLines = 0
  /// Tokens of the replies that were taken.
  var usage = Usage()
  /// What they cost.
  var cost = 0.0

  /// Such as `; 1 job made of 450 requests; 25000 tokens in, 800 out`.
  func summary(price: Budget.Price?) -> String {
    var text = ""
    if jobs > 0 {
      text += "; \(jobs) \(jobs == 1 ? "job" : "jobs") made of \(lines) "
      text += lines == 1 ? "request" : "requests"
    }
    guard collected > 0 else { return text }
    text += "; \(collected) \(collected == 1 ? "job" : "jobs") collected, \(usage.prompt) tokens in"
    text += ", \(usage.output) out, \(usage.thoughts) of thoughts"
    if price != nil { text += ", \(Budget.amount(cost)) to pay" }
    return text
  }
}
