import Shared

/// What a run would take: requests, tokens, money and time, from estimates.
struct RunPlan {
  private(set) var requests = 0
  /// Input tokens.
  private(set) var tokens = 0
  private(set) var questions = 0
  /// The jobs that a run by batch would make; nil for a live run.
  var batch: BatchSizes?
  private var estimate = UseEstimate()

  /// One more request, of so many input tokens.
  mutating func add(tokens: Int, questions: Int) {
    requests += 1
    self.tokens += tokens
    self.questions += questions
  }

  /// A reply that is remembered: what it used is what others will use.
  mutating func record(_ reply: StoredReply) {
    guard let usage = ReplyReader.read(status: 200, body: reply.body).usage else { return }
    estimate.record(usage, tokens: 0, questions: reply.questions)
  }

  /// Output tokens, thoughts included.
  var outputTokens: Int { Int((estimate.meanOutput * Double(questions)).rounded()) }

  /// What the run would take, in one line.
  ///
  /// - Parameters:
  ///   - priceFactor: of the tier.
  ///   - limits: of each project.
  func summary(price: Budget.Price?, priceFactor: Double, limits: [RateLimits]) -> String {
    var text = "\(requests) requests\(batch?.summary ?? ""), about \(tokens) input tokens"
    text += ", \(outputTokens) output tokens"
    if let price {
      let cost = price.cost(input: tokens, output: outputTokens) * priceFactor
      text += ", \(Budget.amount(cost)) to pay"
    }
    guard requests > 0 else { return text }
    if batch != nil { return text + "; as a rule within a day" }
    return text + ", \(Self.time(seconds(limits))) at the limits given"
  }

  /// Seconds that the limits allow the requests in: what a minute allows may
  /// be used at once, and so may what a day allows.
  func seconds(_ limits: [RateLimits]) -> Double {
    let perMinute = limits.compactMap(\.requestsPerMinute).reduce(0, Self.sum)
    var minutes = Double(requests - 1) / Double(max(1, perMinute))
    let tokenLimits = limits.compactMap(\.tokensPerMinute)
    if tokenLimits.count == limits.count, !limits.isEmpty {
      let allowed = Double(tokenLimits.reduce(0, Self.sum))
      minutes = max(minutes, Double(tokens) / max(1, allowed) - 1)
    }
    let dayLimits = limits.compactMap(\.requestsPerDay)
    guard dayLimits.count == limits.count, !limits.isEmpty else { return max(0, minutes) * 60 }
    let days = Double((requests - 1) / max(1, dayLimits.reduce(0, Self.sum)))
    return max(max(0, minutes) * 60, days * 86_400)
  }

  private static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflows) = a.addingReportingOverflow(b)
    return overflows ? .max : sum
  }

  private static func time(_ seconds: Double) -> String {
    switch seconds {
    case ..<60: "less than a minute"
    case ..<5400: "about \(Int((seconds / 60).rounded(.up))) min"
    case ..<172_800: "about \(Int((seconds / 3600).rounded(.up))) h"
    default: "about \(Int(min(1e9, (seconds / 86_400).rounded(.up)))) days"
    }
  }
}
