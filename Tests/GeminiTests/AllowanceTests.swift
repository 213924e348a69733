import Testing

@testable import vqa_gemini

struct AllowanceTests {
  private static let noon = 1_790_000_000.0

  private func allowance(rpm: Int = 60, rpd: Int? = nil) -> Allowance {
    var allowance = Allowance(
      limits: Limits(requestsPerMinute: rpm, tokensPerMinute: nil, requestsPerDay: rpd))
    allowance.advance(to: Self.noon)
    return allowance
  }

  /// Sends and accepts `count` requests at `now`.
  private func use(_ allowance: inout Allowance, _ count: Int, at now: Double) {
    for _ in 0..<count {
      let id = Int64.random(in: 1...Int64.max)
      allowance.start(id, tokens: 1, now: now)
      allowance.record(Window.Entry(id: id, time: now, tokens: 1, fate: .accepted))
      allowance.accept(started: now)
    }
  }

  @Test func theDayEndsAtMidnightPacific() {
    var allowance = allowance(rpd: 3)
    use(&allowance, 3, at: Self.noon)
    let midnight = PacificDay.end(at: Self.noon)
    #expect(allowance.room(for: 1, now: Self.noon) == .nextDay(midnight))
    allowance.advance(to: midnight + 1)
    #expect(allowance.room(for: 1, now: midnight + 1) == .at(midnight + 1))
  }

  @Test func aMinutesRefusalRestsAndTeaches() {
    var allowance = allowance(rpm: 1000)
    use(&allowance, 10, at: Self.noon)
    let learned = Limits.Learned(requestsPerMinute: 10)
    allowance.refuse(
      Throttle(scope: .minute, delay: 36.5, learned: learned, message: ""), now: Self.noon)
    #expect(allowance.effectiveLimits(at: Self.noon).requestsPerMinute == 10)
    // The window is full, which lasts longer than the rest.
    #expect(allowance.room(for: 1, now: Self.noon) == .at(Self.noon + Window.span))
  }

  @Test func aDaysRefusalLeavesOneProbe() {
    var allowance = allowance()
    let throttle = Throttle(scope: .day, delay: 5, message: "")
    allowance.refuse(throttle, now: Self.noon)
    let probe = Self.noon + 5 + Allowance.grace
    #expect(allowance.room(for: 1, now: Self.noon) == .at(probe))
    allowance.start(1, tokens: 1, now: probe)
    #expect(allowance.room(for: 1, now: probe) == .nextDay(PacificDay.end(at: probe)))
    allowance.record(Window.Entry(id: 1, time: probe, tokens: 1, fate: .refused))
    allowance.refuse(throttle, now: probe + 1)
    #expect(allowance.room(for: 1, now: probe + 100) == .nextDay(PacificDay.end(at: probe)))
  }

  @Test func aProbeThatIsAnsweredOpensTheDayAgain() {
    var allowance = allowance()
    let learned = Limits.Learned(requestsPerDay: 1)
    allowance.refuse(
      Throttle(scope: .day, delay: 5, learned: learned, message: ""), now: Self.noon)
    use(&allowance, 1, at: Self.noon + 10)
    #expect(allowance.room(for: 1, now: Self.noon + 11) == .at(Self.noon + 11))
  }

  /// Answers take longer than refusals: one that was under way when the
  /// refusal came does not lift it.
  @Test func anEarlierRequestsAnswerDoesNotLiftARefusal() {
    var allowance = allowance()
    allowance.refuse(Throttle(scope: .day, delay: nil, message: ""), now: Self.noon)
    allowance.accept(started: Self.noon - 1)
    #expect(allowance.standing.isDayUsedUp)
    #expect(allowance.standing.isRecovering)
  }

  @Test func refusalsWithoutAReasonRestLongerEachTime() {
    var allowance = allowance()
    let bare = Throttle(scope: .unknown, delay: nil, message: "")
    var now = Self.noon
    for seconds in [30.0, 60, 120, 240, 480, 600, 600] {
      allowance.refuse(bare, now: now)
      #expect(allowance.room(for: 1, now: now) == .at(now + seconds))
      now += seconds
    }
  }

  @Test func aGuessGrowsUntilTheServiceObjects() {
    var allowance = allowance(rpm: 100)
    use(&allowance, 8, at: Self.noon)
    allowance.refuse(Throttle(scope: .unknown, delay: nil, message: ""), now: Self.noon)
    #expect(allowance.effectiveLimits(at: Self.noon).requestsPerMinute == 8)
    #expect(allowance.effectiveLimits(at: Self.noon + 61).requestsPerMinute == 10)
    #expect(allowance.effectiveLimits(at: Self.noon + 6_000).requestsPerMinute == 100)
  }

  /// Given limits that are too high, few requests may be under way when the
  /// first refusal comes.
  @Test func beyondTheProvenRequestsAreSpaced() {
    var allowance = allowance(rpm: 1000)
    for id in 1...Int64(Allowance.riskyFlights) {
      #expect(allowance.room(for: 1, now: Self.noon) == .at(Self.noon))
      allowance.start(id, tokens: 1, now: Self.noon)
    }
    #expect(
      allowance.room(for: 1, now: Self.noon) == .at(Self.noon + 0.006))
    var proven = self.allowance(rpm: 1000)
    use(&proven, 20, at: Self.noon)
    proven.advance(to: Self.noon + 61)
    for id in 1...20 as ClosedRange<Int64> {
      #expect(proven.room(for: 1, now: Self.noon + 61) == .at(Self.noon + 61))
      proven.start(id, tokens: 1, now: Self.noon + 61)
    }
  }

  @Test func afterARefusalOneGoesFirst() {
    var allowance = allowance()
    allowance.refuse(Throttle(scope: .minute, delay: 1, message: ""), now: Self.noon)
    let later = Self.noon + 70
    allowance.advance(to: later)
    allowance.start(5, tokens: 1, now: later)
    #expect(allowance.room(for: 1, now: later) != .at(later))
    allowance.record(Window.Entry(id: 5, time: later, tokens: 1, fate: .accepted))
    allowance.accept(started: later)
    allowance.advance(to: later + 70)
    #expect(allowance.room(for: 1, now: later + 70) == .at(later + 70))
  }

  @Test func whatWasLearnedHoldsForTheDay() {
    var allowance = allowance(rpm: 100)
    allowance.refuse(
      Throttle(
        scope: .minute, delay: 1, learned: Limits.Learned(requestsPerMinute: 5), message: ""),
      now: Self.noon)
    let tomorrow = PacificDay.end(at: Self.noon) + 1
    allowance.advance(to: tomorrow)
    #expect(allowance.effectiveLimits(at: tomorrow).requestsPerMinute == 100)
  }
}
