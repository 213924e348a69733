import Shared
import Testing

@testable import vqa_gemini

/// The engine's rules one by one: when a run stops, what a budget allows, what
/// is waited for.
struct EngineRuleTests {
  // MARK: - Stops

  @Test func endless429sEndTheRunNotTheRows() {
    var world = EngineHarness { $0.jobs = 4 }
    world.rows(28)
    for _ in 0..<1000 where world.engine.rowsInHand > 0 {
      world.now += 1
      for id in world.inFlight.keys.sorted() { world.end(id, .throttled("quota")) }
    }
    #expect(Set(world.codes) == ["not_attempted"])
    guard case .early(let reason) = world.engine.stop else {
      Issue.record("\(String(describing: world.engine.stop))")
      return
    }
    #expect(reason.contains("quota"))
    #expect(world.sent.count <= 4 * EngineOptions.throttles)
  }

  /// What the machine lacks for a while costs no request a try; for good, it
  /// ends the run with no row failed.
  @Test(arguments: [EngineOptions.shortages, 100])
  func aShortageOfTheMachineCostsNoTries(count: Int) {
    var world = EngineHarness {
      $0.jobs = 4
      $0.retries = 0
    }
    world.rows(12)
    var left = count
    for _ in 0..<2000 where world.engine.rowsInHand > 0 {
      let isLacking = left > 0
      if isLacking, !world.inFlight.isEmpty { left -= 1 }
      world.now += 0.01
      for id in world.inFlight.keys.sorted() {
        guard isLacking else {
          #expect(world.inFlight[id]?.attempts == 1)
          world.answer(id)
          continue
        }
        var spending = Spending()
        spending.wasSent = false
        world.end(id, .lacking(Fault(.transport, "too many open files")), spending)
      }
      world.wait(until: world.now + 1)
    }
    let isForGood = count > EngineOptions.shortages
    #expect(Set(world.codes) == [isForGood ? "not_attempted" : ""])
    #expect(world.engine.totals.requests == (isForGood ? 0 : 12))
    #expect((world.engine.stop != nil) == isForGood)
  }

  /// While others are answered, a row that is always refused fails alone.
  @Test func a429OfOneRowDoesNotEndTheRun() {
    var world = EngineHarness { $0.jobs = 1 }
    world.rows(2)
    for _ in 0..<200 where world.engine.rowsInHand > 0 {
      guard let (id, ask) = world.inFlight.first else { break }
      world.now += 1
      if ask.questions[0].ticket == 0 {
        world.row(key: 1000 + id, picture: 0)
        world.end(id, .throttled("too large"))
        // It goes first again, so the others need their turn.
        world.engine.streaks.recordServed()
      } else {
        world.answer(id)
      }
    }
    #expect(world.code(0) == "rate_limited" && world.engine.stop == nil)
  }

  @Test(arguments: [(10, true), (9, false)])
  func theSameRefusalFromTheStartEndsTheRun(count: Int, stops: Bool) {
    var world = EngineHarness { $0.jobs = 1 }
    world.rows(30)
    for _ in 0..<count {
      if let id = world.inFlight.keys.first { world.end(id, .failed(Fault(.refused, "modality"))) }
    }
    #expect((world.engine.stop != nil) == stops)
    if stops, case .hopeless(let reason) = world.engine.stop {
      #expect(reason.contains("modality"))
      #expect(world.codes.filter { $0 == "refused" }.count == 10)
    }
  }

  /// A damaged picture with many questions is not every picture: another one is
  /// asked first, if there is one.
  @Test(arguments: [(12, 0, true), (12, 5, false)])
  func oneRefusedPictureIsNotAll(first: Int, others: Int, stops: Bool) {
    var world = EngineHarness { $0.jobs = 1 }
    for key in 0..<first + others { world.row(key: key, picture: key < first ? 0 : 1) }
    while let (id, ask) = world.inFlight.first {
      if ask.picture.path == "0.png" {
        world.end(id, .failed(Fault(.refused, "Unable to process input image")))
      } else {
        world.answer(id)
      }
    }
    #expect((world.engine.stop != nil) == stops)
    #expect(world.codes.filter { $0 == "" }.count == others)
  }

  @Test func differentRefusalsOrOneAnswerDoNot() {
    var world = EngineHarness { $0.jobs = 1 }
    world.rows(60)
    for number in 0..<20 {
      if let id = world.inFlight.keys.first {
        world.end(id, .failed(Fault(.refused, "refused \(number % 2)")))
      }
    }
    if let id = world.inFlight.keys.first { world.answer(id) }
    for _ in 0..<20 {
      if let id = world.inFlight.keys.first { world.end(id, .failed(Fault(.refused, "same"))) }
    }
    #expect(world.engine.stop == nil)
  }

  struct Rejections: Sendable {
    let outcomes: [RequestOutcome]
    let isHopeless: Bool
  }

  @Test(arguments: [
    Rejections(outcomes: [.keyRejected("invalid")], isHopeless: false),
    Rejections(outcomes: [.modelMissing("no model")], isHopeless: true),
    Rejections(outcomes: [.keyRejected("invalid"), .modelMissing("no model")], isHopeless: true),
    Rejections(outcomes: [.modelMissing("no model"), .keyRejected("invalid")], isHopeless: true),
    Rejections(outcomes: [.projectRejected("credit")], isHopeless: false),
    Rejections(
      outcomes: [.projectRejected("credit"), .modelMissing("no model")], isHopeless: false),
  ])
  func withoutAKeyTheRunCanOrCannotGoOn(test: Rejections) {
    var world = EngineHarness { $0.jobs = 1 }
    world.rows(5)
    for (index, outcome) in test.outcomes.enumerated() {
      if index == test.outcomes.count - 1 { world.permit = { _ in .never("the last one") } }
      if let id = world.inFlight.keys.first { world.end(id, outcome) }
    }
    switch world.engine.stop {
    case .hopeless: #expect(test.isHopeless)
    case .early: #expect(!test.isHopeless)
    default: Issue.record("not stopped")
    }
    #expect(Set(world.codes) == ["not_attempted"])
  }

  @Test func manyRowsThatFailInARowEndTheRun() {
    var world = EngineHarness { ($0.jobs, $0.retries) = (1, 0) }
    world.rows(40)
    for _ in 0..<100 {
      guard let id = world.inFlight.keys.first else { break }
      world.end(id, .transient(Fault(.transport, "no connection")))
    }
    #expect(world.codes.filter { $0 == "transport" }.count == EngineOptions.failedRows)
    #expect(world.codes.filter { $0 == "not_attempted" }.count == 40 - EngineOptions.failedRows)
  }

  @Test func anUrgentStopWaitsTwentySecondsAtMost() {
    var world = EngineHarness { $0.jobs = 3 }
    world.rows(5)
    world.handle(.stop(.interrupted))
    #expect(world.codes.filter { $0 == "interrupted" }.count == 2)
    #expect(world.reports.count == 1 && world.reports[0].contains("3 requests"))
    world.now += 19
    world.handle(.time)
    if let id = world.inFlight.keys.min() { world.answer(id) }
    world.wait(until: world.now + 2)
    #expect(world.codes.filter { $0 == "" }.count == 1)
    #expect(world.cancelled.count == 2 && world.engine.rowsInHand == 0)
  }

  /// A signal while a budget's stop waits for what is in flight.
  /// What cannot be kept is said also when the run stops already.
  @Test func aFailureOfTheCacheAfterASignalIsReported() {
    var world = EngineHarness { $0.jobs = 2 }
    world.rows(4)
    world.handle(.stop(.interrupted))
    world.handle(.storeFailed("disk full"))
    world.handle(.storeFailed("disk full"))
    #expect(world.reports.filter { $0.contains("disk full") }.count == 1)
    #expect(world.engine.stop == .interrupted)
  }

  @Test func aSignalHurriesAnEarlierStop() {
    var world = EngineHarness { ($0.jobs, $0.budget.requests) = (2, 3) }
    world.rows(9)
    world.handle(.storeFailed("full"))
    world.handle(.stop(.interrupted))
    world.wait(until: world.now + 21)
    #expect(world.engine.rowsInHand == 0 && !world.codes.contains(nil))
  }

  // MARK: - Tries

  @Test(arguments: [(0, 1), (1, 2), (2, 3), (3, 3), (8, 3)])
  func internalErrorsHaveFewTries(retries: Int, requests: Int) {
    var world = EngineHarness { $0.retries = retries }
    world.rows(1)
    for _ in 0..<20 where world.engine.rowsInHand > 0 {
      if let id = world.inFlight.keys.first {
        world.end(id, .internalError(Fault(.serverError, "HTTP 500")))
      }
      world.wait(until: world.now + 61)
    }
    #expect(world.sent.count == requests && world.code(0) == "server_error")
  }

  /// Thoughts that use up the cap get a higher one, once.
  @Test func aCutReplyIsAskedOnceMore() {
    var world = EngineHarness()
    world.rows(1)
    world.end(1, .cut(Fault(.truncated, "cut")))
    #expect(world.inFlight[2]?.isCapRaised == true)
    world.end(2, .cut(Fault(.truncated, "cut")))
    #expect(world.code(0) == "truncated" && world.inFlight.isEmpty)
  }

  /// The network is looked at between the launches of many requests.
  @Test func requestsAreLaunchedInBatches() {
    var engine = Engine(options: EngineOptions(), seed: 1) { _ in 1000 }
    var world = EngineHarness()
    world.rows(3 * EngineOptions.launchBatch)
    #expect(world.inFlight.count == 3 * EngineOptions.launchBatch)
    var events = (0..<3 * EngineOptions.launchBatch).map { number in
      EngineEvent.row(EngineHarness.ask(ticket: number, key: number, picture: number))
    }
    events.append(.time)
    while !events.isEmpty {
      for action in engine.handle(events.removeFirst(), now: 1) {
        switch action {
        case .lookUp(let ask):
          events.append(.lookedUp(key: ask.questions[0].key, members: nil))
        case .lease(let requests): events.append(.leased(requests.map { _ in .mine }))
        case .requestPermit: events.append(.permit(.granted))
        default: break
        }
      }
    }
    #expect(engine.inFlight.count == EngineOptions.launchBatch)
    #expect(engine.deadline(now: 1) == -.infinity)
  }

  @Test func aStatedDelayIsKept() {
    var world = EngineHarness()
    world.rows(1)
    world.end(1, .transient(Fault(.serverError, "HTTP 500", delay: 90)))
    world.wait(until: world.now + 89)
    #expect(world.inFlight.isEmpty)
    world.wait(until: world.now + 2)
    #expect(world.inFlight.count == 1)
  }

  @Test(arguments: [
    RequestOutcome.internalError(EngineTableTests.fault),
    .discredited(Fault(.wrongAnswer, "numbered from 0")),
    .failed(Fault(.truncated, "cut")), .cut(Fault(.truncated, "cut")),
    .useless(Fault(.empty, "no text")),
  ])
  func aGroupIsAskedAgainByHalves(outcome: RequestOutcome) {
    var world = EngineHarness { $0.isPerImage = true }
    world.rows(7, perPicture: 7)
    world.handle(.endOfInput)
    world.end(1, outcome)
    world.wait(until: world.now + 61)
    #expect(world.sent == [[0, 1, 2, 3, 4, 5, 6], [0, 1, 2], [3, 4, 5, 6]])
    for id in world.inFlight.keys.sorted() { world.answer(id) }
    #expect(Set(world.codes) == [""])
  }

  @Test func aTimeoutCountsOnlyWhileTheProcessRuns() {
    var world = EngineHarness { ($0.timeout, $0.jobs) = (10, 1) }
    world.rows(1)
    world.wait(until: world.now + 5)
    // Stopped for an hour.
    world.now += 3600
    world.handle(.time)
    #expect(world.cancelled.isEmpty && world.inFlight.count == 1)
    world.wait(until: world.now + 6)
    #expect(world.cancelled == [1])
  }

  // MARK: - Budget

  /// With requests of 1,100 input and 100 output tokens each.
  @Test(arguments: [1, 4, 64, 256])
  func aBoundOnTokensIsKept(jobs: Int) {
    var world = EngineHarness {
      $0.jobs = jobs
      $0.budget.tokens = 100_000
    }
    world.rows(400)
    for _ in 0..<1000 where world.engine.rowsInHand > 0 {
      if let id = world.inFlight.keys.min() { world.answer(id) }
    }
    #expect((98_000...100_000).contains(world.engine.totals.usage.total))
    #expect(world.codes.filter { $0 == "" }.count == world.sent.count)
  }

  @Test func whatNeverLeftIsNotCounted() {
    var world = EngineHarness { ($0.jobs, $0.budget.requests) = (1, 2) }
    world.rows(3)
    var spending = Spending()
    spending.wasSent = false
    for _ in 0..<3 {
      if let id = world.inFlight.keys.first {
        world.end(id, .transient(Fault(.transport, "no descriptor")), spending)
      }
      world.wait(until: world.now + 61)
    }
    #expect(world.engine.totals.requests == 1 && world.engine.stop == nil)
  }

  // MARK: - Others

  @Test func equalRowsAreAskedOnce() {
    var world = EngineHarness()
    for _ in 0..<5 { world.row(key: 1, picture: 1) }
    #expect(world.sent.count == 1)
    world.answer(1)
    #expect(world.codes == ["", "", "", "", ""])
  }

  @Test func whatAnotherProcessAsksIsWaitedFor() {
    var world = EngineHarness()
    let key = RequestKey(bytes: Array("0".utf8))
    world.leases[key] = .heldByOther
    world.rows(2)
    #expect(world.sent == [[1]])
    world.answer(1)
    world.wait(until: world.now + 40)
    #expect(world.waits.count == 1 && world.waits[0].contains("another process"))
    world.leases[key] = .answered
    world.remembered[key] = []
    world.wait(until: world.now + 2)
    #expect(world.sent.count == 1 && world.codes == ["", ""])
  }

  /// A reply that another process got, and that does not pass this one's check.
  @Test func aUselessReplyOfAnotherProcessIsAskedAnew() {
    var world = EngineHarness()
    world.leases[RequestKey(bytes: Array("0".utf8))] = .answered
    world.rows(1)
    #expect(world.sent == [[0]])
    world.answer(1)
    #expect(world.codes == [""] && world.leased.isEmpty)
  }

  @Test func aLongWaitIsReportedOnce() {
    var world = EngineHarness()
    let later = world.now + 600
    world.permit = { $0 < later ? .at(later, "the project is at its limit") : .granted }
    world.rows(3)
    world.wait(until: world.now + 500)
    #expect(world.waits == ["waiting for 600 s: the project is at its limit"])
    world.wait(until: later + 1)
    #expect(world.inFlight.count == 3)
  }

  @Test func theOrderOfPicturesDoesNotGrowWithTheInput() {
    var groups = ImageGroups()
    for number in 0..<100_000 {
      let question = Question(
        ticket: number, question: [], answer: [], key: RequestKey(bytes: [UInt8(number & 255)]))
      let ask = Ask(
        picture: EngineHarness.picture(number % 1000), pictureSize: nil, questions: [question],
        tokens: 0)
      _ = groups.add(ask)
      if number % 3 == 0 { _ = groups.popFirst() }
    }
    #expect(groups.orderCount < 4096)
  }
}
