import Testing

@testable import gemini_stand_in

/// The quota against the obvious version, which keeps every request for ever.
@Suite struct QuotaTests {
  private struct Naive {
    var admitted: [(time: Double, tokens: Int)] = []

    mutating func admits(_ tokens: Int, at now: Double, _ limits: Limits, from start: Double)
      -> Bool
    {
      let minute = admitted.filter { $0.time > start }
      let held = minute.reduce(0) { $0 + $1.tokens }
      guard minute.count < limits.requestsPerMinute ?? .max,
        held + tokens <= limits.tokensPerMinute ?? .max,
        admitted.count < limits.requestsPerDay ?? .max
      else { return false }
      admitted.append((now, tokens))
      return true
    }
  }

  @Test(
    arguments: [
      Limits(requestsPerMinute: 7), Limits(tokensPerMinute: 900), Limits(requestsPerDay: 40),
      Limits(requestsPerMinute: 5, tokensPerMinute: 600, requestsPerDay: 300),
      Limits(requestsPerMinute: 0),
    ], MinuteWindow.allCases)
  func admitsWhatTheObviousVersionAdmits(_ limits: Limits, _ window: MinuteWindow) {
    var quota = Quota()
    var naive = Naive()
    var now = 1_000_000.0
    for step in 0..<5_000 {
      let chance = Digest("step \(step)")
      now += chance.fraction(for: 1) < 0.8 ? 0.25 * Double(chance.pick(40, for: 2)) : 60
      let tokens = 50 + chance.pick(300, for: 3)
      let start = window == .sliding ? now - 60 : (now / 60).rounded(.down) * 60
      let excesses = quota.admit(
        tokens: tokens, at: now, limits: limits, window: window, countsRefusals: false)
      // A fixed minute begins with its first instant, a sliding one after it.
      let expected = naive.admits(
        tokens, at: now, limits, from: window == .sliding ? start : start.nextDown)
      #expect(excesses.isEmpty == expected, "step \(step)")
    }
  }

  @Test func theWaitThatIsToldIsLongEnoughAndNoLonger() {
    let limits = Limits(requestsPerMinute: 3, tokensPerMinute: 1_000)
    for step in 0..<500 {
      let chance = Digest("wait \(step)")
      var quota = Quota()
      var now = 5_000.0
      var excesses: [Quota.Excess] = []
      while excesses.isEmpty {
        now += Double(chance.pick(50, for: UInt64(now)))
        excesses = quota.admit(
          tokens: 400, at: now, limits: limits, window: .sliding, countsRefusals: false)
      }
      let wait = excesses.map(\.wait).max() ?? 0
      var early = quota
      #expect(
        !early.admit(
          tokens: 400, at: now + wait - 0.01, limits: limits, window: .sliding,
          countsRefusals: false
        ).isEmpty)
      #expect(
        quota.admit(
          tokens: 400, at: now + wait + 0.001, limits: limits, window: .sliding,
          countsRefusals: false
        ).isEmpty)
    }
  }
}
