import Shared
import Testing

@testable import vqa_gemini

/// Thousands of random runs: whatever happens in whatever order, each row has
/// one outcome, leases are given back, no question is asked twice at a time,
/// and there is always something to wait for.
struct EngineModelTests {
  @Test(arguments: 0..<20) func randomRuns(block: UInt64) {
    for seed in (block * 100)..<(block * 100 + 100) {
      var model = RandomRun(seed: seed)
      model.run()
      let codes = model.world.codes
      #expect(!codes.contains(nil), "seed \(seed): \(codes)")
      #expect(model.world.leased.isEmpty, "seed \(seed)")
      #expect(model.world.engine.rowsInHand == 0, "seed \(seed)")
      #expect(model.faults.isEmpty, "seed \(seed): \(model.faults)")
    }
  }

  /// The same events lead to the same actions.
  @Test func aSeedRepeatsItsRun() {
    func sent() -> [[Int]] {
      var model = RandomRun(seed: 7)
      model.run()
      return model.world.sent
    }
    #expect(sent() == sent())
  }
}

/// One run driven by a random generator.
private struct RandomRun {
  var world: EngineHarness
  var faults: [String] = []
  private var random: SplitMix64
  private let jobs: Int
  private let perPicture: Int
  private let maximum: Int?

  init(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let jobs = Int.random(in: 1...6, using: &random)
    let perPicture = Int.random(in: 1...5, using: &random)
    let isPerImage = Bool.random(using: &random)
    let retries = Int.random(in: 0...3, using: &random)
    let maximum = Int.random(in: 0..<4, using: &random) == 0 ? 7 : nil
    world = EngineHarness(
      {
        ($0.jobs, $0.isPerImage, $0.retries, $0.timeout) = (jobs, isPerImage, retries, 50)
        $0.budget.requests = maximum
      }, seed: seed)
    (self.jobs, self.perPicture, self.maximum, self.random) = (jobs, perPicture, maximum, random)
  }

  mutating func run() {
    for _ in 0..<150 { step() }
    world.permit = { _ in .granted }
    world.leases = world.leases.filter { $0.value == .answered }
    world.handle(.endOfInput)
    for _ in 0..<2000 where world.engine.rowsInHand > 0 {
      if let id = world.inFlight.keys.min() {
        world.answer(id)
      } else if world.engine.deadline(now: world.now) != nil {
        world.wait(until: world.now + 70)
      } else {
        faults.append("nothing to wait for")
        return
      }
      check()
    }
  }

  private mutating func step() {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<30:
      let key = Int.random(in: 0..<40, using: &random)
      world.row(key: key, picture: key / perPicture)
    case 30..<45: world.wait(until: world.now + Double.random(in: 0...40, using: &random))
    case 45: world.handle(.inputPaused)
    case 46: setPermit()
    case 47..<55: changeLease()
    case 55 where Int.random(in: 0..<4, using: &random) == 0: world.handle(.stop(.interrupted))
    case 56 where Int.random(in: 0..<8, using: &random) == 0: world.handle(.storeFailed("full"))
    default: endOne()
    }
    check()
  }

  private mutating func setPermit() {
    let later = world.now + Double.random(in: 0...60, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: world.permit = { _ in .nextDay }
    case 1: world.permit = { _ in .never("no key") }
    case 2...3: world.permit = { $0 < later ? .at(later, "the limit is reached") : .granted }
    default: world.permit = { _ in .granted }
    }
  }

  private mutating func changeLease() {
    let key = RequestKey(bytes: Array("\(Int.random(in: 0..<40, using: &random))".utf8))
    switch Int.random(in: 0..<3, using: &random) {
    case 0: world.leases[key] = .heldByOther
    case 1:
      world.leases[key] = .answered
      if Bool.random(using: &random) { world.remembered[key] = [] }
    default: world.leases[key] = nil
    }
  }

  private mutating func endOne() {
    let ids = world.inFlight.keys.sorted()
    guard let id = ids.randomElement(using: &random), let ask = world.inFlight[id] else { return }
    let outcomes = EngineTableTests.outcomes
    // Mostly what lets a run go on.
    let outcome =
      Bool.random(using: &random)
      ? outcomes[0] : outcomes[Int.random(in: 0..<outcomes.count, using: &random)]
    if ["stop", "model missing", "misconfigured"].contains(outcome.name),
      Bool.random(using: &random)
    {
      return
    }
    var spending = Spending()
    spending.wasSent = Int.random(in: 0..<10, using: &random) > 0
    world.end(id, outcome.make(ask), spending)
  }

  private mutating func check() {
    if world.inFlight.count > jobs { faults.append("\(world.inFlight.count) in flight") }
    let keys = world.inFlight.values.flatMap { $0.questions.map(\.key) }
    if Set(keys).count != keys.count { faults.append("a question is asked twice") }
    if let maximum, world.engine.totals.requests > maximum { faults.append("over the budget") }
    if Set(world.inFlight.keys) != Set(world.engine.inFlight.keys) {
      faults.append("the engine counts other requests in flight")
    }
    let (tokens, questions) = world.engine.load
    if tokens != world.inFlight.values.reduce(0, { $0 + $1.tokens }) || questions != keys.count {
      faults.append("wrong load")
    }
  }
}
