import Shared
import Testing

@testable import vqa_gemini

/// The state machine of a part, event by event.
@Suite struct BatchPartTests {
  private static func part(
    _ state: BatchPart.State, due: Double = 0, looks: Int = 0
  ) -> BatchPart {
    var part = BatchPart(
      name: "vqa-gemini-1", service: "loopback", model: "m", project: "p", created: 1000)
    (part.state, part.due, part.looks, part.job) = (state, due, looks, "batches/a")
    return part
  }

  private static func status(_ state: String, _ more: String = "") throws -> JobStatus {
    let text = """
      {"name":"batches/a","metadata":{"displayName":"vqa-gemini-1","state":"\(state)"}\(more)}
      """
    return try #require(JobStatus(JSONValue(parsing: Array(text.utf8))))
  }

  @Test(arguments: [
    (BatchPart.State.preparing, 0.0, 0, BatchPart.Step.rollBack),
    (.preparing, 2000, 0, .rollBack),
    (.uploaded, 0, 0, .create), (.uploaded, 2000, 0, .wait(2000)),
    (.creating, 0, 0, .look), (.creating, 0, 2, .look), (.creating, 0, 3, .create),
    (.creating, 2000, 1, .wait(2000)),
    (.running, 0, 0, .poll), (.running, 2000, 1, .wait(2000)),
    (.cancelled, 0, 0, .poll), (.cancelled, 2000, 0, .wait(2000)),
    (.collected, 2000, 0, .cleanUp), (.uploaded, 90_000, 0, .create), (.creating, 90_000, 1, .look),
  ])
  func theNextStepFollowsFromTheState(
    state: BatchPart.State, due: Double, looks: Int, step: BatchPart.Step
  ) {
    #expect(Self.part(state, due: due, looks: looks).step(now: 1500) == step)
  }

  /// An upload that was under way goes on; a file that was not yet written does
  /// not.
  @Test func anUploadThatIsKnownGoesOn() {
    var part = Self.part(.preparing)
    part.digest = "0f"
    #expect(part.step(now: 1500) == .rollBack)
    part.upload = "https://example.org/up?id=1"
    #expect(part.step(now: 1500) == .resume)
    part.fileArrived("files/a")
    #expect(part.step(now: 1500) == .create && part.upload == nil)
  }

  /// What a job of each state comes to, from a part that runs or was cancelled.
  @Test(arguments: ["BATCH_STATE_", "JOB_STATE_"])
  func whatTheServiceSaysDecides(prefix: String) throws {
    let file = #","response":{"responsesFile":"files/batch-1"}"#
    let result = BatchPart.Progress.collect(.file("files/batch-1"))
    let done = #","done":true"#
    let table: [(String, String, BatchPart.State, BatchPart.Progress?, BatchPart.State)] = [
      ("PENDING", "", .running, .goesOn, .running),
      ("RUNNING", file, .running, .goesOn, .running),
      ("SUCCEEDED", file, .running, result, .running),
      ("SUCCEEDED", "", .running, .goesOn, .running),
      ("PARTIALLY_SUCCEEDED", file, .running, result, .running),
      ("FAILED", "", .running, nil, .running),
      ("FAILED", file, .running, result, .running),
      ("EXPIRED", "", .running, nil, .running),
      ("EXPIRED", file, .running, result, .running),
      ("CANCELLED", "", .running, .goesOn, .cancelled),
      ("CANCELLED", "", .cancelled, nil, .running),
      ("CANCELLED", file, .running, result, .running),
      ("SUCCEEDED", file, .cancelled, result, .running),
      ("PAUSED_FOR_2027", "", .running, .goesOn, .running),
      ("PAUSED_FOR_2027", file, .running, .goesOn, .running),
      ("PAUSED_FOR_2027", file + done, .running, result, .running),
      ("", "", .running, .goesOn, .running),
    ]
    for (state, more, before, outcome, after) in table {
      var part = Self.part(before)
      let found = part.observed(
        try Self.status(prefix + state, more), now: 1500, interval: 30)
      if let outcome {
        #expect(found == outcome, "\(state) \(more)")
      } else {
        #expect(found == .release("the job ended as \(prefix)\(state)"), "\(state) \(more)")
      }
      #expect(part.state == after, "\(state) \(more)")
    }
  }

  /// SUCCEEDED without a result is waited for, but not for ever.
  @Test func aResultThatNeverComesIsGivenUp() throws {
    var part = Self.part(.running)
    let status = try Self.status("BATCH_STATE_SUCCEEDED")
    #expect(part.observed(status, now: 1000 + 71 * 3600, interval: 30) == .goesOn)
    #expect(part.observed(status, now: 1000 + 73 * 3600, interval: 30) != .goesOn)
  }

  /// A job is made again only when three looks, spread over time, have not
  /// found it; after a refusal (503) one look is enough.
  @Test(arguments: [(false, 3, [0.0, 10, 40]), (true, 1, [0.0])])
  func aCreationWithoutAReplyIsLookedFor(isRefused: Bool, looks: Int, times: [Double]) {
    var part = Self.part(.uploaded)
    part.creationBegins(now: 1000)
    part.creationIsUnconfirmed(isLikelyRefused: isRefused)
    for time in times {
      let now = 1000 + time
      #expect(part.step(now: now) == .look)
      part.jobIsAbsent(now: now, interval: 30)
      if time != times.last { #expect(part.step(now: now) == .wait(part.due)) }
    }
    #expect(times.count == looks && part.step(now: 1000 + times[looks - 1]) == .create)
    part.creationBegins(now: 2000)
    #expect(part.step(now: 2000) == .look, "a process that was killed now has to look first")
  }

  @Test func aJobThatTheServiceDoesNotKnowIsLookedForThreeTimes() {
    var part = Self.part(.running)
    #expect(part.jobIsMissing(now: 1000, interval: 30) == .goesOn)
    #expect(part.jobIsMissing(now: 1010, interval: 30) == .goesOn)
    #expect(part.jobIsMissing(now: 1040, interval: 30) != .goesOn)
  }

  /// Whatever a job is at, the lines of its part are some part's until its
  /// replies are in the cache.
  @Test func onlyCollectedPartsHaveNoLines() {
    for state in BatchPart.State.allCases {
      #expect(Self.part(state).isOpen == (state != .collected))
    }
  }

  @Test(arguments: [
    ("batches/abc-1_Z", true), ("batches/", false), ("batches/a/b", false), ("files/a", false),
    ("batches/a?x=1", false), ("batches/../files/a", false), ("batches/é", false),
  ])
  func namesThatCouldBeAnotherAddressAreRefused(name: String, isValid: Bool) {
    #expect(ResourceName.isValid(name, in: "batches/") == isValid)
  }
}
