import Testing

@testable import vqa_gemini

struct WindowTests {
  private func window(_ times: [Double], tokens: Int = 10) -> Window {
    var window = Window()
    for (index, time) in times.enumerated() {
      window.record(
        Window.Entry(id: Int64(index), time: time, tokens: tokens, fate: .accepted))
    }
    return window
  }

  @Test func aWindowMayBeUsedUpAtOnce() {
    let full = window([100, 100, 100])
    #expect(full.room(for: 1, requests: 4, tokens: nil, now: 100) == 100)
    #expect(full.room(for: 1, requests: 3, tokens: nil, now: 100) == 100 + Window.span)
  }

  @Test func theOldestThatStandsInTheWayDecides() {
    let window = window([100, 110, 120])
    #expect(window.room(for: 1, requests: 2, tokens: nil, now: 125) == 110 + Window.span)
    #expect(window.room(for: 1, requests: 1, tokens: nil, now: 125) == 120 + Window.span)
  }

  @Test func tokensWaitForAsManyAsAreNeeded() {
    let window = window([100, 110, 120], tokens: 40)
    #expect(window.room(for: 20, requests: 9, tokens: 140, now: 125) == 125)
    #expect(window.room(for: 21, requests: 9, tokens: 140, now: 125) == 100 + Window.span)
    #expect(window.room(for: 90, requests: 9, tokens: 140, now: 125) == 110 + Window.span)
    // Larger than the limit itself: when all others have left.
    #expect(window.room(for: 500, requests: 9, tokens: 140, now: 125) == 120 + Window.span)
  }

  @Test func whatIsLearnedLaterReplacesTheEstimate() {
    var window = window([100, 110])
    window.record(Window.Entry(id: 0, time: 101, tokens: 70, fate: .accepted))
    #expect(window.count == 2)
    #expect(window.tokens == 80)
    #expect(window.room(for: 1, requests: 2, tokens: nil, now: 111) == 101 + Window.span)
  }

  @Test func aRequestCountsUntilItsWindowIsOver() {
    var window = window([100, 110])
    window.advance(to: 100 + Window.span - 0.001)
    #expect(window.count == 2)
    window.advance(to: 100 + Window.span)
    #expect(window.count == 1)
    #expect(window.tokens == 10)
    #expect(window.accepted == 1)
  }

  /// A clock that was set back by an hour must not block for an hour.
  @Test func theFutureCountsAsNow() {
    var window = window([3_700, 3_701])
    window.advance(to: 100)
    #expect(window.room(for: 1, requests: 2, tokens: nil, now: 100) == 100 + Window.span)
  }

  /// Against the obvious: at no time are there more than so many within a span.
  @Test func noWindowEverHoldsMoreThanAllowed() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let allowed = Int.random(in: 1...7, using: &random)
      var window = Window()
      var times: [Double] = []
      var now = 1000.0
      for id in 0..<60 {
        now += Double.random(in: 0...20, using: &random)
        window.advance(to: now)
        now = window.room(for: 1, requests: allowed, tokens: nil, now: now)
        window.advance(to: now)
        window.record(Window.Entry(id: Int64(id), time: now, tokens: 1, fate: .flying))
        times.append(now)
      }
      for time in times {
        #expect(times.filter { $0 > time - Window.span + 0.001 && $0 <= time }.count <= allowed)
      }
    }
  }
}
