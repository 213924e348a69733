import Shared
import Testing

@testable import vqa_gemini

/// Every outcome of a request, met while the run goes on or stops, with one
/// question to a request or several: each row has exactly one outcome, nothing
/// is sent after a stop, and nothing is left waiting.
struct EngineTableTests {
  enum Phase: String, CaseIterable {
    case running, budget, signal, outputClosed, noKeys, cacheFailed
  }

  struct Outcome: Sendable, CustomTestStringConvertible {
    let name: String
    let make: @Sendable (Ask) -> RequestOutcome
    /// The codes that the rows may have once the run is stopping: what the
    /// outcome itself says, or that of a row that was not asked.
    let codes: Set<String>
    var testDescription: String { name }

    init(
      _ name: String, _ codes: Set<String> = [],
      _ make: @escaping @Sendable (Ask) -> RequestOutcome
    ) { (self.name, self.make, self.codes) = (name, make, codes) }
  }

  static let fault = Fault(.serverError, "HTTP 500")
  static let outcomes = [
    Outcome("answered", [""]) { .replied($0.questions.map { _ in .accepted([]) }) },
    Outcome("rejected") {
      .replied($0.questions.map { _ in .rejected(Fault(.wrongAnswer, "no", text: "No.")) })
    },
    Outcome("half rejected", [""]) { ask in
      .replied(
        ask.questions.indices.map {
          $0 % 2 == 0 ? .accepted([]) : .rejected(Fault(.wrongAnswer, "no"))
        })
    },
    Outcome("discredited") { _ in .discredited(Fault(.wrongAnswer, "numbered from 0")) },
    Outcome("transient", ["transport"]) { _ in .transient(Fault(.transport, "reset")) },
    Outcome("internal error", ["server_error"]) { _ in .internalError(fault) },
    Outcome("overloaded", ["server_error"]) { _ in .overloaded(Fault(.serverError, "HTTP 503")) },
    Outcome("lacking") { _ in .lacking(Fault(.transport, "too many open files")) },
    Outcome("useless") { _ in .useless(Fault(.empty, "no text")) },
    Outcome("cut") { _ in .cut(Fault(.truncated, "cut")) },
    Outcome("failed", ["refused"]) { _ in .failed(Fault(.refused, "HTTP 400")) },
    Outcome("throttled") { _ in .throttled("HTTP 429") },
    Outcome("key rejected") { _ in .keyRejected("API key not valid") },
    Outcome("project rejected") { _ in .projectRejected("no credit") },
    Outcome("model missing") { _ in .modelMissing("not found") },
    Outcome("misconfigured", ["transport"]) { _ in .misconfigured(Fault(.transport, "TLS")) },
    Outcome("stop", ["refused"]) { _ in .stop("unknown name") },
  ]

  @Test(arguments: outcomes, Phase.allCases)
  func anOutcomeMeetsAStop(outcome: Outcome, phase: Phase) {
    for isPerImage in [false, true] {
      var world = EngineHarness {
        $0.jobs = 2
        $0.isPerImage = isPerImage
        // What fails for good fails at once.
        $0.retries = 0
        if phase == .budget { $0.budget.requests = 2 }
      }
      world.rows(12, perPicture: 4)
      world.handle(.endOfInput)
      #expect(world.inFlight.count == 2)
      stop(&world, phase)
      for id in world.inFlight.keys.sorted() {
        if let ask = world.inFlight[id] { world.end(id, outcome.make(ask)) }
      }
      // An overload or a shortage is waited for before the budget or the keys are looked at.
      if phase == .running { finish(&world) } else { world.wait(until: world.now + 61) }
      let codes = world.codes
      #expect(!codes.contains(nil), "\(phase) per image: \(isPerImage)")
      #expect(world.inFlight.isEmpty && world.leased.isEmpty)
      #expect(world.engine.rowsInHand == 0)
      guard phase != .running else { continue }
      let notAsked = phase == .signal || phase == .outputClosed ? "interrupted" : "not_attempted"
      // With --per-image a request that cannot succeed is not yet known to fail
      // for each of its questions.
      #expect(Set(codes.compactMap { $0 }).isSubset(of: outcome.codes.union([notAsked])))
      #expect(world.sent.count == 2)
    }
  }

  private func stop(_ world: inout EngineHarness, _ phase: Phase) {
    switch phase {
    case .running, .budget: break
    case .signal: world.handle(.stop(.interrupted))
    case .outputClosed: world.handle(.stop(.outputClosed))
    case .noKeys: world.permit = { _ in .never("all keys are invalid") }
    case .cacheFailed: world.handle(.storeFailed("disk full"))
    }
    // Of a run that has no keys left the requests in flight end in the end.
    if phase == .noKeys {
      let ids = world.inFlight.keys.sorted()
      if let first = ids.first { world.end(first, .keyRejected("API key not valid")) }
    }
  }

  /// Answers whatever is asked until nothing is.
  private func finish(_ world: inout EngineHarness) {
    for _ in 0..<1000 where world.engine.rowsInHand > 0 {
      if let id = world.inFlight.keys.min() {
        world.answer(id)
      } else {
        world.wait(until: world.now + 1)
      }
    }
  }
}
