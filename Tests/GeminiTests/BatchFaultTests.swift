import Foundation
import TestSupport
import Testing

/// What has hurt other clients of the Batch API, one by one: every row is
/// answered, and nothing is asked twice that was answered.
@Suite struct BatchFaultTests {
  /// A fault, and what it costs.
  struct Case: CustomStringConvertible, Sendable {
    /// Directives of the stand-in.
    var faults: [String]
    var jobs = 1
    var lines = 14
    var description: String { faults.joined(separator: ", ") }

    init(_ faults: String..., jobs: Int = 1, lines: Int = 14) {
      (self.faults, self.jobs, self.lines) = (faults, jobs, lines)
    }
  }

  private static let transit = [
    "upload-start-lost", "upload-start-busy", "upload-cut", "upload-lost", "upload-busy",
    "upload-gone", "file-failed", "create-lost", "create-made-internal", "create-internal",
    "create-busy", "create-precondition",
    "create-missing", "create-exhausted", "poll-busy", "poll-lost",
    "poll-missing", "delete-busy", "download-busy", "download-missing", "download-cut",
    "download-short",
  ].map { Case("\($0) times=1") }

  private static let jobs = [
    Case("job-failed times=1", jobs: 2, lines: 28), Case("job-expired times=1", jobs: 2, lines: 28),
    Case("job-expired-partial times=1", jobs: 2, lines: 21),
    Case("job-partial times=1", jobs: 2, lines: 21), Case("job-unknown-state"),
    Case("job-old-states"), Case("job-inline"), Case("job-in-response"), Case("job-in-metadata"),
    Case("job-late-result"), Case("create-lost times=1", "list-busy times=1"),
    Case("create-lost times=1", "list-empty times=2"),
    Case("create-made-internal times=1", "list-empty times=1"),
  ]

  private static let lines = [
    Case("line-missing every=5 times=2", jobs: 2, lines: 16), Case("line-doubled every=3"),
    Case("line-contradicted every=5 times=2", jobs: 2, lines: 16),
    Case("line-unknown every=5 times=2", jobs: 2, lines: 16),
    Case("line-failed every=5 times=2", jobs: 2, lines: 16),
    Case("line-status every=5 times=2", jobs: 2, lines: 16), Case("line-separator"),
    Case("line-failed first=1", jobs: 2, lines: 28),
    Case("wrong-pattern times=3", jobs: 2, lines: 17),
    Case("stop-empty times=1", jobs: 2, lines: 15),
  ]

  @Test(.timeLimit(.minutes(15)), arguments: transit + jobs + lines)
  func everyRowIsAnsweredAllTheSame(fault: Case) throws {
    let server = try StandIn(
      ["--batch", "processing=0.1 granularity=4096 page=1"]
        + fault.faults.flatMap { ["--fault", $0] })
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(14)
    let result = try run.tool(["--batch", "--wait", "--poll", "0.1"]).run(input: input)
    #expect(result.status == 0, "\(result)")
    #expect(try GeminiRun.codes(result) == Array(repeating: "", count: 14), "\(result)")
    let stats = try server.stats()
    #expect(
      stats.jobs == fault.jobs && stats.lines == fault.lines && stats.repeatedLines == 0,
      "\(stats)\n\(result)")
  }

  /// What cannot be answered says why, and is not asked for ever.
  @Test(
    .timeLimit(.minutes(15)),
    arguments: [
      ("finish-safety", "blocked", 1), ("max-tokens-cut", "truncated", 1),
      ("bad-image", "refused", 1),
      ("wrong-pattern", "wrong_answer", 2), ("line-failed", "server_error", 3),
    ])
  func whatCannotBeAnsweredFails(fault: String, code: String, tries: Int) throws {
    let server = try StandIn(["--fault", "\(fault) times=1000"])
    let run = try GeminiRun(server.baseURL)
    let arguments = ["--batch", "--wait", "--poll", "0.1", "--retries", "2"]
    let input = try run.rows(3)
    let result = try run.tool(arguments).run(input: input)
    #expect(result.status == 1, "\(result)")
    #expect(try GeminiRun.codes(result) == Array(repeating: code, count: 3), "\(result)")
    #expect(try server.stats().lines == 3 * tries)
    // As with live requests, another run tries again.
    _ = try run.tool(arguments).run(input: result.output)
    #expect(try server.stats().lines == 6 * tries)
  }

  /// Half of a full quota: the part is halved until it fits.
  @Test(.timeLimit(.minutes(15))) func aRefusedPartIsHalved() throws {
    let server = try StandIn(["--fault", "create-exhausted times=4"])
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(8)
    let result = try run.tool(["--batch", "--wait", "--poll", "0.1"]).run(input: input)
    #expect(result.status == 0, "\(result)")
    let stats = try server.stats()
    #expect(stats.jobs > 1 && stats.lines == 8 && stats.repeatedLines == 0, "\(stats)")
  }

  /// A project whose files fill its quota is an ending that says so.
  @Test(.timeLimit(.minutes(15))) func aFullStorageIsTold() throws {
    let server = try StandIn(["--batch", "storage=100"])
    let run = try GeminiRun(server.baseURL)
    let result = try run.tool(["--batch", "--wait", "--poll", "0.1"]).run(input: run.rows(3))
    #expect(result.status == 75 && result.errors.contains("file storage quota"), "\(result)")
    #expect(try GeminiRun.codes(result) == Array(repeating: "not_attempted", count: 3))
  }

  /// No more jobs at once than the project may have.
  @Test(.timeLimit(.minutes(15))) func theLimitOfJobsIsWaitedFor() throws {
    let server = try StandIn(["--batch", "jobs=2 run=0.3"])
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(10)
    let result = try run.tool(["--batch", "--wait", "--poll", "0.1", "--batch-size", "2"])
      .run(input: input)
    #expect(result.status == 0, "\(result)")
    let stats = try server.stats()
    #expect(stats.lines == 10 && stats.repeatedLines == 0, "\(stats)")
  }

  /// A row whose request the service does not take fails alone, wherever it
  /// stands and however many there are.
  @Test(
    .timeLimit(.minutes(15)),
    arguments: [
      ([4], [] as [String]), ([0, 1, 2, 3, 4], []), ([1, 8, 9], ["--batch-size", "3"]),
      ([3], ["--per-image"]), ([0, 1, 2, 7], ["--per-image"]),
    ])
  func badLinesDoNotFailTheOthers(bad: [Int], arguments: [String]) throws {
    let server = try StandIn(bad.flatMap { ["--fault", "line-refused text=q\($0)x"] })
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(10, question: { "q\($0)x?" })
    let result = try run.tool(["--batch", "--wait", "--poll", "0.1"] + arguments)
      .run(input: input)
    #expect(result.status == 1, "\(result)")
    let rows = try GeminiRun.objects(result)
    for (number, row) in rows.enumerated() {
      let error = row["error"] as? [String: Any]
      #expect((error != nil) == bad.contains(number), "row \(number): \(result)")
      guard let error else { continue }
      #expect(error["code"] as? String == "refused")
      let message = error["message"] as? String ?? ""
      #expect(message.contains("no such field: 'struck'"), "\(message)")
    }
    let stats = try server.stats()
    #expect(stats.questionsAnswered == 10 - bad.count && stats.repeatedLines == 0, "\(stats)")
  }

  /// What is refused for all of its lines is not tried for each of them.
  @Test(.timeLimit(.minutes(15))) func whereEveryLineIsRefusedTheRunEnds() throws {
    let server = try StandIn(["--fault", "line-refused"])
    let run = try GeminiRun(server.baseURL)
    let result = try run.tool(["--batch", "--wait", "--poll", "0.1"]).run(input: run.rows(50))
    #expect(result.status == 2 && result.errors.contains("20 lines in a row"), "\(result)")
    #expect(try GeminiRun.codes(result).count { $0 == "not_attempted" } == 30)
    #expect(try server.rows().count { $0.method == "batches.create" } == 20)
  }

  /// A run that does not wait for answers does not wait long for a quota either.
  @Test(.timeLimit(.minutes(15))) func withoutAPlaceForAJobTheRunEnds() throws {
    let server = try StandIn(["--fault", "create-exhausted"])
    let run = try GeminiRun(server.baseURL)
    let begin = ContinuousClock.now
    let result = try run.tool(["--batch"]).run(input: run.rows(8))
    #expect(result.status == 75 && ContinuousClock.now - begin < .seconds(200), "\(result)")
    #expect(result.errors.contains("waiting up to 60 s for a batch job to be made"), "\(result)")
    #expect(result.errors.contains("the same command, given later, goes on"), "\(result)")
    #expect(try server.rows().count { $0.method == "batches.create" } <= 3)
  }

  /// Another project's keys do not see the job, and leave it alone.
  @Test(.timeLimit(.minutes(15))) func aJobBelongsToTheProjectOfItsKey() throws {
    let server = try StandIn(["--key", "ka project=a", "--key", "kb project=b"])
    var run = try GeminiRun(server.baseURL, key: "ka")
    let input = try run.rows(3)
    let first = try run.tool(["--batch"]).run(input: input)
    #expect(first.status == 75)
    run.environment["GEMINI_API_KEY"] = "kb"
    usleep(300_000)
    let other = try run.tool(["--batch"]).run(input: input)
    #expect(other.status == 75 && other.errors.contains("the keys given are not of the project"))
    #expect(try GeminiRun.codes(other) == Array(repeating: "pending", count: 3))
    run.environment["GEMINI_API_KEY"] = "ka"
    let last = try run.tool(["--batch"]).run(input: input)
    #expect(last.status == 0, "\(last)")
    #expect(try server.stats().lines == 3)
  }
}
