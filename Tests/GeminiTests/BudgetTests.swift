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

  /// What is in flight counts, so many requests at once spend no more.
  @Test func manyRequestsAtOnceKeepTheBound() throws {
    let server = try StandIn(["--latency", "50ms"])
    let run = try GeminiRun(server.baseURL)
    let result = try run.tool([
      "--max-cost", "0.05", "--price", "1:10", "--jobs", "64", "--rpm", "9999",
    ]).run(input: run.rows(200))
    #expect(result.status == 75, "\(result)")
    let stats = try server.stats()
    let cost = (Double(stats.promptTokens) + Double(stats.outputTokens) * 10) / 1e6
    // One request costs about 0.003.
    #expect((0.045...0.053).contains(cost), "\(cost)")
  }

  @Test(arguments: ["1e300:1e300", "1e7:1", "-1:2", "nan:1", "inf:1", "1", "1:2:3"])
  func aPriceThatIsNoneIsRefused(price: String) throws {
    let run = try GeminiRun("http://127.0.0.1:9")
    let result = try run.tool(["--price", price]).run(input: "")
    #expect(result.status == 64, "\(result)")
  }

  /// A dry run sends nothing, lets rows pass and counts what the real run asks.
  @Test(arguments: [[], ["--per-image"]])
  func aDryRunSaysWhatWouldBeSent(arguments: [String]) throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(12, perImage: 4)
    var dry = run.tool(
      arguments + ["--dry-run", "--price", "1:2", "--requests", "requests.jsonl"])
    dry.environment["GEMINI_API_KEY"] = nil
    let plan = try dry.run(input: input + input)
    #expect(plan.status == 0 && plan.output == input + input, "\(plan)")
    #expect(try server.stats().requests == 0)
    let real = try run.tool(arguments).run(input: input)
    #expect(real.status == 0, "\(real)")
    let text = String(decoding: try run.scratch.read("requests.jsonl"), as: UTF8.self)
    let requests = try text.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
    }
    #expect(requests.count == (try server.rows().count))
    let key = try #require(requests.first?["key"] as? String)
    #expect(key == (arguments.isEmpty ? "train/0" : "train/0 train/1 train/2 train/3"))
    #expect(requests.allSatisfy { ($0["request"] as? [String: Any])?["contents"] != nil })
    let words = plan.errors.split(separator: " ")
    let place = try #require(words.firstIndex(of: "about"))
    let estimate = try #require(Int(words[place + 1]))
    let counted = try server.stats().promptTokens
    #expect(abs(Double(estimate) / Double(counted) - 1) < 0.05, "\(estimate) \(counted)")
    #expect(plan.errors.contains(" to pay, less than a minute at the limits given"), "\(plan)")
    // When all is remembered there is nothing to send.
    let nothing = try run.tool(arguments + ["--dry-run"]).run(input: input)
    #expect(nothing.status == 0 && nothing.errors.contains("; 0 requests"), "\(nothing)")
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
    #expect(result.errors.contains("2 waiting, 0 in flight, 2 of 2 requests a minute"), "\(result)")
    #expect(result.errors.contains("the project is at its limit, next request in "), "\(result)")
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
    let answers = codes.filter { $0 == "" }.count
    #expect(answers >= 2)
    #expect(
      result.errors.contains("; \(answers) answers remembered (")
        && result.errors.contains("; the same command goes on"), "\(result)")
  }
}
