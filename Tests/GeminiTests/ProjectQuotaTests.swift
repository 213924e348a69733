import Testing

@testable import vqa_gemini

struct ProjectQuotaTests {
  /// Seconds since boot, and the day that it is.
  private static let now = 5_000.0
  private static let today = 20_000

  private func quota(rpm: Int? = 60, rpd: Int? = nil) -> ProjectQuota {
    var quota = ProjectQuota(limits: RateLimits(requestsPerMinute: rpm, requestsPerDay: rpd))
    quota.advance(to: Self.now, day: Self.today)
    return quota
  }

  private func entry(
    _ id: Int64, at time: Double, _ status: SlidingWindow.Status = .unanswered, tokens: Int = 1
  ) -> SlidingWindow.Entry {
    SlidingWindow.Entry(id: id, time: time, tokens: tokens, status: status)
  }

  /// Sends and accepts `count` requests at `now`.
  private func use(_ quota: inout ProjectQuota, _ count: Int, at now: Double) {
    for _ in 0..<count {
      let id = Int64.random(in: 1...Int64.max)
      quota.apply(.started(entry(id, at: now)))
      quota.apply(.changed(entry(id, at: now, .accepted)))
      quota.apply(.accepted(started: now))
    }
  }

  @Test func theDayEndsWhenTheNextOneBegins() {
    var quota = quota(rpd: 3)
    use(&quota, 3, at: Self.now)
    #expect(quota.availability(for: 1, now: Self.now) == .nextDay)
    quota.advance(to: Self.now + 100, day: Self.today + 1)
    #expect(quota.availability(for: 1, now: Self.now + 100) == .at(Self.now + 100))
  }

  /// A clock that is set ahead and back again gives no day twice.
  @Test func aDayThatComesBackIsCountedOn() {
    var quota = quota(rpd: 10)
    var sent: [Int: Int] = [:]
    for (step, day) in [0, 1, 0, 1, 0, -1, 0].enumerated() {
      let now = Self.now + Double(step) * 100
      quota.advance(to: now, day: Self.today + day)
      while case .at(let time) = quota.availability(for: 1, now: now), time <= now {
        use(&quota, 1, at: now)
        sent[day, default: 0] += 1
      }
    }
    #expect(sent == [0: 10, 1: 10, -1: 10])
  }

  /// While nothing but the local clock tells the day, a day that seems new is
  /// begun with one request.
  @Test func anUncertainDayIsBegunWithOne() {
    var quota = quota(rpd: 10)
    use(&quota, 10, at: Self.now)
    let later = Self.now + 100
    quota.advance(to: later, day: Self.today + 1)
    quota.isDayUncertain = true
    #expect(quota.availability(for: 1, now: later) == .at(later))
    quota.apply(.started(entry(99, at: later)))
    #expect(quota.availability(for: 1, now: later) != .at(later))
    quota.isDayUncertain = false
    #expect(quota.availability(for: 1, now: later) == .at(later))
  }

  @Test func aMinutesRefusalRestsAndTeaches() {
    var quota = quota(rpm: 1000)
    use(&quota, 10, at: Self.now)
    let learned = RateLimits(requestsPerMinute: 10)
    quota.apply(
      .throttled(
        Throttle(scope: .minute, delay: 36.5, learned: learned, message: ""), Self.now))
    #expect(quota.effectiveLimits(at: Self.now).requestsPerMinute == 10)
    // The window is full, which lasts longer than the rest.
    let end = Self.now + SlidingWindow.span
    #expect(quota.availability(for: 1, now: Self.now) == .at(end))
  }

  @Test func aDaysRefusalLeavesOneProbe() {
    var quota = quota()
    let throttle = Throttle(scope: .day, delay: 5, message: "")
    quota.apply(.throttled(throttle, Self.now))
    let probe = Self.now + 5 + ProjectQuota.grace
    #expect(quota.availability(for: 1, now: Self.now) == .at(probe))
    quota.apply(.started(entry(1, at: probe)))
    #expect(quota.availability(for: 1, now: probe) == .nextDay)
    quota.apply(.changed(entry(1, at: probe, .refused)))
    quota.apply(.throttled(throttle, probe + 1))
    #expect(quota.availability(for: 1, now: probe + 100) == .nextDay)
  }

  @Test func aProbeThatIsAnsweredOpensTheDayAgain() {
    var quota = quota()
    let learned = RateLimits(requestsPerDay: 1)
    quota.apply(
      .throttled(Throttle(scope: .day, delay: 5, learned: learned, message: ""), Self.now))
    use(&quota, 1, at: Self.now + 10)
    #expect(quota.availability(for: 1, now: Self.now + 11) == .at(Self.now + 11))
  }

  /// Answers take longer than refusals: one that was under way when the
  /// refusal came does not lift it.
  @Test func anEarlierRequestsAnswerDoesNotLiftARefusal() {
    var quota = quota()
    quota.apply(.throttled(Throttle(scope: .day, delay: nil, message: ""), Self.now))
    quota.apply(.accepted(started: Self.now - 1))
    #expect(quota.state.today.isUsedUp)
    #expect(quota.state.isRecovering)
  }

  @Test func refusalsWithoutAReasonRestLongerEachTime() {
    var quota = quota()
    let bare = Throttle(scope: .unknown, delay: nil, message: "")
    var now = Self.now
    for seconds in [30.0, 60, 120, 240, 480, 600, 600] {
      quota.apply(.throttled(bare, now))
      now += seconds + ProjectQuota.grace
      #expect(quota.availability(for: 1, now: now - 1) == .at(now))
    }
  }

  /// `Retry-After: 2` and nothing else.
  @Test func aDelayThatIsNamedIsWaited() {
    var quota = quota()
    quota.apply(.started(entry(1, at: Self.now)))
    quota.apply(.changed(entry(1, at: Self.now, .refused)))
    quota.apply(.throttled(Throttle(scope: .unknown, delay: 2, message: ""), Self.now + 1))
    let end = Self.now + 3 + ProjectQuota.grace
    #expect(quota.availability(for: 1, now: Self.now + 1) == .at(end))
  }

  /// Whatever the service says.
  @Test(
    arguments: [Throttle.Scope.minute, .day, .unknown], [1e20, .infinity, .nan, -1e300, 86_400])
  func aDelayIsBounded(scope: Throttle.Scope, delay: Double) {
    var quota = quota()
    let throttle = Throttle(
      scope: scope, delay: delay, learned: RateLimits(requestsPerMinute: .max), message: "")
    for _ in 0..<20 { quota.apply(.throttled(throttle, Self.now)) }
    guard case .at(let time) = quota.availability(for: 1, now: Self.now) else {
      Issue.record("never")
      return
    }
    #expect(time >= Self.now && time <= Self.now + QuotaState.maximumRest)
  }

  @Test func aGuessGrowsUntilTheServiceObjects() {
    var quota = quota(rpm: 100)
    use(&quota, 8, at: Self.now)
    quota.apply(.throttled(Throttle(scope: .unknown, delay: nil, message: ""), Self.now))
    #expect(quota.effectiveLimits(at: Self.now).requestsPerMinute == 8)
    #expect(quota.effectiveLimits(at: Self.now + 61).requestsPerMinute == 10)
    #expect(quota.effectiveLimits(at: Self.now + 6_000).requestsPerMinute == 100)
  }

  /// Given limits that are too high, few requests may be under way when the
  /// first refusal comes.
  @Test func beyondTheProvenRequestsAreSpaced() {
    var quota = quota(rpm: 1000)
    for id in 1...Int64(ProjectQuota.riskyRequests) {
      #expect(quota.availability(for: 1, now: Self.now) == .at(Self.now))
      quota.apply(.started(entry(id, at: Self.now)))
    }
    #expect(quota.availability(for: 1, now: Self.now) == .at(Self.now + 0.006))
    var proven = self.quota(rpm: 1000)
    use(&proven, 20, at: Self.now)
    proven.advance(to: Self.now + 61, day: Self.today)
    for id in 1...20 as ClosedRange<Int64> {
      #expect(proven.availability(for: 1, now: Self.now + 61) == .at(Self.now + 61))
      proven.apply(.started(entry(id, at: Self.now + 61)))
    }
  }

  /// Requests whose upload takes long do not hold the others up.
  @Test func slowUploadsDoNotStopTheSpacedOnes() {
    var quota = quota(rpm: 1000)
    for id in 1...2 as ClosedRange<Int64> {
      quota.apply(.started(entry(id, at: Self.now)))
      quota.apply(.changed(entry(id, at: Self.now + 6)))
    }
    #expect(quota.availability(for: 1, now: Self.now + 1) == .at(Self.now + 1))
  }

  @Test func afterARefusalOneGoesFirst() {
    var quota = quota()
    quota.apply(.throttled(Throttle(scope: .minute, delay: 1, message: ""), Self.now))
    let later = Self.now + 70
    quota.advance(to: later, day: Self.today)
    quota.apply(.started(entry(5, at: later)))
    #expect(quota.availability(for: 1, now: later) != .at(later))
    quota.apply(.changed(entry(5, at: later, .accepted)))
    quota.apply(.accepted(started: later))
    quota.advance(to: later + 70, day: Self.today)
    #expect(quota.availability(for: 1, now: later + 70) == .at(later + 70))
  }

  @Test func whatWasLearnedHoldsForTheDay() {
    var quota = quota(rpm: 100)
    quota.apply(
      .throttled(
        Throttle(
          scope: .minute, delay: 1, learned: RateLimits(requestsPerMinute: 5), message: ""),
        Self.now))
    quota.advance(to: Self.now + 9, day: Self.today + 1)
    #expect(quota.effectiveLimits(at: Self.now + 9).requestsPerMinute == 100)
  }

  /// What was let go and not sent counts nowhere.
  @Test func whatWasNotSentIsNotCounted() {
    var quota = quota(rpm: 1, rpd: 1)
    let entry = entry(1, at: Self.now)
    quota.apply(.started(entry))
    #expect(quota.availability(for: 1, now: Self.now) == .nextDay)
    quota.apply(.notSent(entry))
    #expect(quota.availability(for: 1, now: Self.now) == .at(Self.now))
  }

  /// Token counts from the service and from a file spoilt by hand.
  @Test(arguments: [Int.max, .min, 9_000_000_000_000_000_000, -1])
  func countsDoNotOverflow(count: Int) {
    var quota = ProjectQuota(limits: RateLimits(requestsPerMinute: 9, tokensPerMinute: 1000))
    quota.advance(to: Self.now, day: Self.today)
    for id in 0..<3 as Range<Int64> {
      quota.apply(.started(entry(id, at: Self.now, tokens: 5)))
      quota.apply(.changed(entry(id, at: Self.now, .accepted, tokens: count)))
    }
    guard case .at(let time) = quota.availability(for: count, now: Self.now) else {
      Issue.record("never")
      return
    }
    #expect(time <= Self.now + SlidingWindow.span)
  }
}
