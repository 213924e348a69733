import Foundation
import TestSupport
import Testing

/// Nothing is submitted twice, whoever is killed and whoever else asks.
@Suite struct BatchSafetyTests {
  @Test(.timeLimit(.minutes(15))) func killedAtAnyRequestTheNextRunGoesOn() async throws {
    let server = try StandIn()
    let scratch = try Scratch("kills")
    let tool = Command.builtProducts.appending(path: "vqa-gemini").path
    let port = server.port
    var command = try Python.script(
      "Tests/GeminiTests/batch_kills.py", [tool, "\(port)", scratch.url.path])
    command.timeLimit = 800
    let run = command
    let result = try await GeminiRun.waiting { try run.run() }
    #expect(result.status == 0, "\(result)")
    // Each of the requests of a run from the upload to the last deletion.
    let kills = result.lines.last?.split(separator: " ").first.flatMap { Int($0) } ?? 0
    #expect(result.lines.count == 1 && kills > 25, "\(result)")
  }

  @Test(.timeLimit(.minutes(15)), arguments: [2, 4])
  func severalProcessesSubmitEachLineOnce(count: Int) throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let input = Data(try run.rows(40).utf8)
    let arguments = ["--batch", "--wait", "--poll", "0.1", "--batch-size", "10"]
    let running = try (0..<count).map { _ in try run.tool(arguments).start(input: input) }
    for process in running {
      let result = try process.finish()
      #expect(result.status == 0, "\(result)")
    }
    let stats = try server.stats()
    #expect(stats.lines == 40 && stats.repeatedLines == 0, "\(stats)")
  }

  /// Live, flex and batch runs in turn and at once.
  @Test(.timeLimit(.minutes(15))) func liveAndBatchRunsAskEachQuestionOnce() throws {
    let server = try StandIn(["--latency", "20ms"])
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(30)
    let third = input.split(separator: "\n").prefix(10).joined(separator: "\n") + "\n"
    _ = try run.tool(["--tier", "flex"]).run(input: third)
    let batch = ["--batch", "--wait", "--poll", "0.1"]
    let running = try [batch, ["--jobs", "2"], batch].map {
      try run.tool($0).start(input: Data(input.utf8))
    }
    for process in running {
      let result = try process.finish()
      #expect(result.status == 0 || result.status == 75, "\(result)")
    }
    let last = try run.tool(batch).run(input: input)
    #expect(last.status == 0, "\(last)")
    let stats = try server.stats()
    #expect(stats.questionsAnswered == 30)
    #expect(stats.repeatedLines == 0 && stats.repeats == 0 && stats.repeatedQuestions == 0)
  }

  @Test(.timeLimit(.minutes(15))) func ctrlCLeavesTheJobsAndTheNextRunTakesThem() throws {
    let server = try StandIn(["--batch", "run=1.5"])
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(5)
    let running = try run.tool(["--batch", "--wait", "--poll", "0.2"]).start(
      input: Data(input.utf8))
    while try !running.errorsSoFar().contains("made of 5 requests") { usleep(20_000) }
    running.process.interrupt()
    let result = try running.finish()
    #expect(result.status == 130 && result.errors.contains("1 batch job goes on"), "\(result)")
    let last = try run.tool(["--batch", "--wait", "--poll", "0.2"]).run(input: input)
    #expect(last.status == 0, "\(last)")
    #expect(try server.stats().lines == 5)
  }

  /// Jobs of other rows are not waited for.
  @Test(.timeLimit(.minutes(15))) func onlyJobsOfTheseRowsAreWaitedFor() throws {
    let server = try StandIn(["--fault", "job-stuck times=1"])
    let run = try GeminiRun(server.baseURL)
    let lines = try run.rows(6).split(separator: "\n").map { $0 + "\n" }
    let stuck = try run.tool(["--batch"]).run(input: lines[..<3].joined())
    #expect(stuck.status == 75)
    let arguments = ["--batch", "--wait", "--poll", "0.1"]
    let result = try run.tool(arguments).run(input: lines[3...].joined())
    #expect(result.status == 0, "\(result)")
    #expect(try server.stats().lines == 6)
  }

  @Test(.timeLimit(.minutes(15))) func theBudgetHoldsBeforeSubmission() throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(10)
    let arguments = ["--batch", "--wait", "--poll", "0.1"]
    let requests = try run.tool(arguments + ["--max-requests", "4"]).run(input: input)
    #expect(requests.status == 75, "\(requests)")
    #expect(try server.stats().lines == 4)
    #expect(try GeminiRun.codes(requests).filter { $0 == "not_attempted" }.count == 6)
    // A request is about 1,257 tokens in and 150 out, 400 before that is known:
    // at half the price 0.0010, and 0.0016.
    let cost = ["--price", "1:5", "--max-cost", "0.005"]
    let money = try run.tool(arguments + cost).run(input: input)
    #expect(money.status == 75, "\(money)")
    let lines = try server.stats().lines
    #expect((5...9).contains(lines), "\(lines)")
  }

  @Test(.timeLimit(.minutes(15)), arguments: [("", 0, 1), ("finish-safety times=1000", 2, 0)])
  func aCanaryDecidesWhetherAnythingIsSubmitted(fault: String, status: Int32, jobs: Int) throws {
    let server = try StandIn(fault.isEmpty ? [] : ["--fault", fault])
    let run = try GeminiRun(server.baseURL)
    let result = try run.tool(["--batch", "--wait", "--poll", "0.1", "--canary", "3"])
      .run(input: run.rows(9))
    #expect(result.status == status, "\(result)")
    let stats = try server.stats()
    #expect(stats.jobs == jobs && stats.lines == 6 * jobs, "\(stats)")
    #expect(try server.rows().filter { $0.method == "generateContent" }.count == 3)
  }

  @Test func aDryRunSaysWhatItWouldTake() throws {
    let run = try GeminiRun("http://127.0.0.1:9", key: nil)
    let arguments = ["--batch", "--dry-run", "--price", "1:5", "--batch-size", "4"]
    let result = try run.tool(arguments).run(input: run.rows(10))
    #expect(
      result.status == 0 && result.errors.contains("10 requests in 3 batch jobs"), "\(result)")
    // 10 × (1,257 + 400 × 5) tokens at half of 1 for a million.
    #expect(result.errors.contains(", 0.0163 to pay; as a rule within a day"), "\(result)")
  }

  /// Stdin is read more than once.
  @Test func rowsMayComeFromAPipe() throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    try run.scratch.write(try run.rows(6), to: "rows.jsonl")
    var command = Command.shell(
      """
      tail -n 3 rows.jsonl | vqa-gemini --batch --wait --poll 0.1 - rows.jsonl
      """)
    command.environment = run.environment
    command.directory = run.scratch.url
    let result = try command.run()
    #expect(result.status == 0 && result.lines.count == 9, "\(result)")
    #expect(try server.stats().lines == 6)
  }
}
