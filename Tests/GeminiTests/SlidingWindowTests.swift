import Testing

@testable import vqa_gemini

struct SlidingWindowTests {
  private func window(_ times: [Double], tokens: Int = 10) -> SlidingWindow {
    var window = SlidingWindow()
    for (index, time) in times.enumerated() {
      window.record(
        SlidingWindow.Entry(id: Int64(index), time: time, tokens: tokens, status: .accepted))
    }
    return window
  }

  @Test func aWindowMayBeUsedUpAtOnce() {
    let full = window([100, 100, 100])
    #expect(full.availability(for: 1, of: .requests, amount: 4, now: 100) == 100)
    #expect(
      full.availability(for: 1, of: .requests, amount: 3, now: 100) == 100 + SlidingWindow.span)
  }

  @Test func theOldestThatStandsInTheWayDecides() {
    let window = window([100, 110, 120])
    #expect(
      window.availability(for: 1, of: .requests, amount: 2, now: 125) == 110 + SlidingWindow.span)
    #expect(
      window.availability(for: 1, of: .requests, amount: 1, now: 125) == 120 + SlidingWindow.span)
  }

  @Test func tokensWaitForAsManyAsAreNeeded() {
    let window = window([100, 110, 120], tokens: 40)
    #expect(window.availability(for: 20, of: .inputTokens, amount: 140, now: 125) == 125)
    #expect(
      window.availability(for: 21, of: .inputTokens, amount: 140, now: 125) == 100
        + SlidingWindow.span)
    #expect(
      window.availability(for: 90, of: .inputTokens, amount: 140, now: 125) == 110
        + SlidingWindow.span)
    // Larger than the limit itself: when all others have left.
    #expect(
      window.availability(for: 500, of: .inputTokens, amount: 140, now: 125) == 120
        + SlidingWindow.span)
  }

  @Test func whatIsLearnedLaterReplacesTheEstimate() {
    var window = window([100, 110])
    window.record(SlidingWindow.Entry(id: 0, time: 101, tokens: 70, status: .accepted))
    #expect(window.count == 2)
    #expect(window.tokens == 80)
    #expect(
      window.availability(for: 1, of: .requests, amount: 2, now: 111) == 101 + SlidingWindow.span)
  }

  @Test func aRequestCountsUntilItsWindowIsOver() {
    var window = window([100, 110])
    window.advance(to: 100 + SlidingWindow.span - 0.001)
    #expect(window.count == 2)
    window.advance(to: 100 + SlidingWindow.span)
    #expect(window.count == 1)
    #expect(window.tokens == 10)
    #expect(window.accepted == 1)
  }

  /// Whatever was stored must not block for an hour.
  @Test(arguments: [3_700, 1e300, .infinity, .nan])
  func theFutureCountsAsNow(time: Double) {
    var window = window([time, time])
    window.advance(to: 100)
    #expect(
      window.availability(for: 1, of: .requests, amount: 2, now: 100) == 100 + SlidingWindow.span)
  }

  /// Against the obvious: at no time are there more than so many within a span.
  @Test func noWindowEverHoldsMoreThanAllowed() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let allowed = Int.random(in: 1...7, using: &random)
      var window = SlidingWindow()
      var times: [Double] = []
      var now = 1000.0
      for id in 0..<60 {
        now += Double.random(in: 0...20, using: &random)
        window.advance(to: now)
        now = window.availability(for: 1, of: .requests, amount: allowed, now: now)
        window.advance(to: now)
        window.record(SlidingWindow.Entry(id: Int64(id), time: now, tokens: 1, status: .unanswered))
        times.append(now)
      }
      for time in times {
        #expect(
          times.filter { $0 > time - SlidingWindow.span + 0.001 && $0 <= time }.count <= allowed)
      }
    }
  }
}
