import Foundation
import TestSupport
import Testing

/// `--batch` from rows to rows, against the stand-in.
@Suite struct BatchRunTests {
  /// The rows without what says how each was asked.
  private func comparable(_ result: CommandResult) throws -> [String] {
    try GeminiRun.objects(result).map { row in
      var row = row
      for name in ["gemini", "blind_answer"] {
        guard var record = row[name] as? [String: Any] else { continue }
        for key in ["response_id", "attempts", "service_tier"] { record[key] = nil }
        row[name] = record
      }
      let data = try JSONSerialization.data(withJSONObject: row, options: .sortedKeys)
      return String(decoding: data, as: UTF8.self)
    }
  }

  @Test(.timeLimit(.minutes(15)), arguments: [[], ["--task", "answer"], ["--per-image"]])
  func waitedForItGivesTheRowsOfALiveRun(arguments: [String]) throws {
    let server = try StandIn()
    let live = try GeminiRun(server.baseURL)
    let input = try live.rows(30)
    let expected = try live.tool(arguments).run(input: input)
    let batchServer = try StandIn()
    let batch = try GeminiRun(batchServer.baseURL)
    _ = try batch.rows(30)
    let result = try batch.tool(arguments + ["--batch", "--wait", "--poll", "0.1"])
      .run(input: input)
    #expect(result.status == 0, "\(result)")
    #expect(try comparable(result) == comparable(expected))
    let stats = try batchServer.stats()
    #expect(stats.jobs == 1 && stats.lines == (arguments == ["--per-image"] ? 6 : 30))
    // Nothing is left with the service.
    let methods = try batchServer.rows().map(\.method)
    #expect(
      methods.contains("batches.delete") && methods.filter { $0 == "files.delete" }.count == 2)
    #expect(!methods.contains("generateContent"))
  }

  @Test(.timeLimit(.minutes(15))) func aRunThatDoesNotWaitIsGoneOnWith() throws {
    let server = try StandIn(["--batch", "run=0.5"])
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(12)
    let first = try run.tool(["--batch"]).run(input: input)
    #expect(first.status == 75, "\(first)")
    #expect(try GeminiRun.codes(first) == Array(repeating: "pending", count: 12))
    let message = try GeminiRun.objects(first)[0]["error"] as? [String: Any]
    let text = message?["message"] as? String ?? ""
    #expect(text.hasPrefix("batches/") && text.contains(" since 20"), "\(text)")
    // A live run leaves them to the job.
    let live = try run.tool().run(input: first.output)
    #expect(live.status == 75, "\(live)")
    #expect(try GeminiRun.codes(live) == Array(repeating: "pending", count: 12))
    usleep(700_000)
    let second = try run.tool(["--batch"]).run(input: first.output)
    #expect(second.status == 0, "\(second)")
    #expect(try GeminiRun.codes(second) == Array(repeating: "", count: 12))
    let stats = try server.stats()
    #expect(stats.jobs == 1 && stats.lines == 12 && stats.repeatedLines == 0)
    // A live run finds the answers.
    let again = try run.tool().run(input: input)
    #expect(again.stdout == second.stdout)
    #expect(try server.stats().byKey["key 1"] == server.stats().byKey["key 1"])
  }

  @Test func partsAreSpreadOverProjects() throws {
    let server = try StandIn(["--key", "ka project=a", "--key", "kb project=b"])
    var run = try GeminiRun(server.baseURL, key: nil)
    run.environment["GEMINI_API_KEYS"] = "ka,kb"
    let input = try run.rows(20)
    let result = try run.tool(["--batch", "--wait", "--poll", "0.1", "--batch-size", "5"])
      .run(input: input)
    #expect(result.status == 0, "\(result)")
    let made = try server.rows().filter { $0.method == "batches.create" }
    #expect(made.map(\.lines) == [5, 5, 5, 5])
    #expect(Set(made.compactMap(\.project)) == ["a", "b"])
    // All that concerns a job goes through its project.
    #expect(try server.rows().allSatisfy { $0.status == 200 })
  }

  @Test func theJournalIsPrintedAsJSONLines() throws {
    let server = try StandIn(["--batch", "run=60"])
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(3)
    _ = try run.tool(["--batch"]).run(input: input)
    let result = try run.tool(["--batch-status"]).run()
    let part = try #require(try GeminiRun.objects(result).first)
    #expect(result.status == 0 && part["state"] as? String == "running", "\(result)")
    #expect(part["requests"] as? Int == 3)
    #expect((part["job"] as? String)?.hasPrefix("batches/") == true)
  }

  /// What a cancelled job has finished is taken, and the rest is free, in one
  /// run.
  @Test(
    .timeLimit(.minutes(15)),
    arguments: [("job-stuck", 75, 4), ("job-cancel-finishes", 0, 0), ("job-cancel-partial", 75, 2)])
  func cancelledJobsAreSubmittedAgainOnlyWhenTheyHaveNotFinished(
    fault: String, status: Int32, left: Int
  ) throws {
    let server = try StandIn(["--batch", "run=12", "--fault", "\(fault) times=1"])
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(4)
    _ = try run.tool(["--batch"]).run(input: input)
    let cancelled = try run.tool(["--batch", "--cancel"]).run(input: input)
    #expect(cancelled.status == status, "\(cancelled)")
    #expect(try GeminiRun.codes(cancelled).count { $0 == "not_attempted" } == left, "\(cancelled)")
    #expect(try run.tool(["--batch-status"]).run().output == "", "nothing is left of it")
    // The rest may be asked live at once.
    let result = try run.tool().run(input: input)
    #expect(result.status == 0, "\(fault): \(result)")
    let stats = try server.stats()
    #expect(stats.jobs == 1 && stats.repeatedQuestions == 0 && stats.questionsAnswered == 4)
    #expect(try server.rows().count { $0.method == "generateContent" } == left)
  }

  @Test(arguments: [
    ["--wait"], ["--poll", "3"], ["--batch", "--tier", "flex"], ["--batch", "--no-cache"],
    ["--batch", "--refresh"], ["--batch", "--poll", "0"], ["--batch", "--cancel", "--wait"],
    ["--batch", "--batch-size", "0"],
  ])
  func optionsThatDoNotGoTogetherAreRefused(arguments: [String]) throws {
    let run = try GeminiRun("http://127.0.0.1:9")
    #expect(try run.tool(arguments).run().status == 64)
  }

  @Test func withoutAKeyNothingIsSubmitted() throws {
    let run = try GeminiRun("http://127.0.0.1:9", key: nil)
    let result = try run.tool(["--batch"]).run(input: run.rows(1))
    #expect(result.status == 2 && result.errors.contains("no key"), "\(result)")
  }
}
