import Foundation
import TestSupport
import Testing

/// What a run may cost, and what a dry run says that it would.
struct BudgetTests {
  @Test(arguments: [
    ["--max-requests", "5"], ["--max-tokens", "6000"],
    ["--max-cost", "0.006", "--price", "1:10"],
  ])
  func aBudgetEndsTheRun(arguments: [String]) throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let result = try run.tool(arguments + ["--jobs", "1"]).run(input: run.rows(20))
    #expect(result.status == 75 && result.lines.count == 20, "\(result)")
    #expect(result.errors.contains("\(arguments[0]) \(arguments[1]) is reached"))
    let stats = try server.stats()
    // Each request has about 1,250 tokens of input and 150 of output.
    #expect((2...5).contains(stats.requests), "\(stats)")
    let codes = try GeminiRun.codes(result)
    #expect(codes.filter { $0 == "" }.count == stats.requests)
    #expect(codes.filter { $0 == "not_attempted" }.count == 20 - stats.requests)
    // What was not attempted is told in one line, not in one for each row.
    #expect(result.errors.split(separator: "\n").count == 2)
  }

  @Test func theSumIsTold() throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let result = try run.tool(["--price", "0.75:3.75"]).run(input: run.rows(3))
    let stats = try server.stats()
    let cost = (Double(stats.promptTokens) * 0.75 + Double(stats.outputTokens) * 3.75) / 1e6
    #expect(result.errors.contains("3 requests, \(stats.promptTokens) tokens in, "), "\(result)")
    #expect(result.errors.contains(String(format: "%.4f to pay", cost)), "\(result)")
  }

  /// A dry run sends nothing, and its requests are those of the real run.
  @Test(arguments: [[], ["--per-image"]])
  func aDryRunTellsWhatWouldBeSent(arguments: [String]) throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(12, perImage: 4)
    var dry = run.tool(arguments + ["--dry-run", "--price", "1:2"])
    dry.environment["GEMINI_API_KEY"] = nil
    let plan = try dry.run(input: input + "no row\n" + input)
    #expect(plan.status == 1, "\(plan)")
    #expect(try server.stats().requests == 0)
    let real = try run.tool(arguments).run(input: input)
    #expect(real.status == 0, "\(real)")
    let rows = try server.rows()
    let requests = try GeminiRun.objects(plan)
    #expect(requests.count == rows.count)
    let sizes = try requests.map {
      try JSONSerialization.data(withJSONObject: #require($0["request"])).count
    }
    #expect(sizes.allSatisfy { $0 > 500 })
    let key = try #require(requests.first?["key"] as? String)
    #expect(key == (arguments.isEmpty ? "train/0" : "train/0 train/1 train/2 train/3"))
    let words = plan.errors.split(separator: " ")
    let place = try #require(words.firstIndex(of: "about"))
    let estimate = try #require(Int(words[place + 1]))
    let counted = try server.stats().promptTokens
    #expect(abs(Double(estimate) / Double(counted) - 1) < 0.05, "\(estimate) \(counted)")
    // When all is remembered there is nothing to send.
    let nothing = try run.tool(arguments + ["--dry-run"]).run(input: input)
    #expect(nothing.status == 0 && nothing.output == "", "\(nothing)")
  }

  /// The progress line says why the tool waits.
  @Test func aPauseIsExplained() async throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let input = try Data(run.rows(4).utf8)
    let result = try await GeminiRun.waiting {
      let running = try run.tool(["--rpm", "2", "--progress", "always"]).start(input: input)
      while try server.stats().requests < 2 { usleep(10_000) }
      usleep(1_500_000)
      running.process.terminate()
      return try running.finish()
    }
    #expect(result.status == 143, "\(result)")
    #expect(result.errors.contains("2 waiting, 2 of 2 requests a minute"), "\(result)")
    #expect(result.errors.contains("the project is at its limit, next room in "), "\(result)")
  }

  /// What is in flight when the signal comes is waited for.
  @Test func anInterruptKeepsWhatCame() async throws {
    let server = try StandIn(["--latency", "1s"])
    let run = try GeminiRun(server.baseURL)
    let input = try Data(run.rows(6).utf8)
    let result = try await GeminiRun.waiting {
      let running = try run.tool(["--jobs", "2"]).start(input: input)
      while try server.stats().inFlight < 2 { usleep(10_000) }
      running.process.interrupt()
      return try running.finish()
    }
    #expect(result.status == 130, "\(result)")
    let codes = try GeminiRun.codes(result)
    #expect(codes.count == 6 && Set(codes) == ["", "interrupted"], "\(result)")
    #expect(codes.filter { $0 == "" }.count >= 2)
  }
}
