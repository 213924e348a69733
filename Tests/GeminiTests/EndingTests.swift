import Foundation
import TestSupport
import Testing

/// How a run ends that cannot go on.
struct EndingTests {
  /// Quotas that are never free again, stated by a 429 or inside a 200.
  @Test(.timeLimit(.minutes(15))) func endless429sEndTheRun() async throws {
    let server = try StandIn(["--fault", "rpm-short"])
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(28)
    let result = try await GeminiRun.waiting {
      try run.tool(["--rpm", "9999"]).run(input: input)
    }
    #expect(result.status == 75, "\(result)")
    // Six times as many as are in flight at once, at most.
    #expect(try server.stats().requests <= 6 * 28)
    #expect(Set(try GeminiRun.codes(result)) == ["not_attempted"])
  }

  @Test func aRefusalOfEveryRequestEndsTheRun() throws {
    let server = try StandIn(["--fault", "bad-argument"])
    let run = try GeminiRun(server.baseURL)
    let result = try run.tool(["-j2", "--rpm", "9999"]).run(input: run.rows(60))
    #expect(result.status == 2 && result.lines.count == 60, "\(result)")
    #expect(result.errors.contains("the first 10 requests were all refused"), "\(result)")
    #expect(try server.stats().requests <= 12)
  }

  @Test func oneInvalidKeyAndOneWithoutTheModel() throws {
    let server = try StandIn([
      "--key", "k1 name=one", "--key", "k2 name=two", "--fault", "key-invalid key=one",
      "--fault", "model-unknown key=two",
    ])
    let run = try GeminiRun(server.baseURL, key: nil)
    try run.scratch.write("k1 name=one\nk2 name=two\n", to: "keys")
    let result = try run.tool(["--keys", "keys"]).run(input: run.rows(5))
    #expect(result.status == 2, "\(result)")
  }

  /// Rows that were finished before the first one that needs a key.
  @Test func withoutAKeyFinishedRowsAreWritten() throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(5)
    let first = input.split(separator: "\n").prefix(2).joined(separator: "\n") + "\n"
    let answered = try run.tool().run(input: first)
    var keyless = run.tool()
    keyless.environment["GEMINI_API_KEY"] = nil
    let result = try keyless.run(input: input)
    #expect(result.status == 2 && result.output == answered.output, "\(result)")
    #expect(result.errors.contains("no key"))
  }

  /// When what is paid for cannot be kept, paying stops.
  @Test func aFullDiskStopsTheRun() throws {
    let server = try StandIn(["--latency", "20ms"])
    let run = try GeminiRun(server.baseURL)
    try run.scratch.write(run.rows(300), to: "rows.jsonl")
    // Files may grow to 1000 blocks of 512 bytes; the signal that says so is
    // ignored, so that writes fail.
    var command = Command.shell(
      "trap '' XFSZ; ulimit -f 1000; vqa-gemini -j4 --rpm 9999 rows.jsonl > out.jsonl")
    command.environment = run.environment
    command.directory = run.scratch.url
    let result = try command.run()
    #expect(result.status == 2, "\(result)")
    #expect(result.errors.contains("cannot be kept"), "\(result)")
    #expect(try server.stats().requests < 200)
  }

  @Test func aWrongAnswerIsShown() throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let result = try run.tool().run(input: run.rows(1) { "\($0) [[fault:no-reference]]" })
    let error = try #require(GeminiRun.objects(result)[0]["error"] as? [String: Any])
    #expect(error["code"] as? String == "wrong_answer")
    #expect((error["text"] as? String)?.isEmpty == false)
  }

  @Test func theTierIsSentAndKept() throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let result = try run.tool(["--tier", "flex", "--price", "1:10"]).run(input: run.rows(3))
    #expect(result.status == 0, "\(result)")
    let stats = try server.stats()
    let cost = (Double(stats.promptTokens) + Double(stats.outputTokens) * 10) / 2e6
    #expect(result.errors.contains(String(format: "%.4f to pay", cost)), "\(result)")
    // The tier is no part of what a reply is remembered by.
    let again = try run.tool().run(input: run.rows(3))
    #expect(again.status == 0)
    #expect(try server.stats().requests == 3)
  }
}
