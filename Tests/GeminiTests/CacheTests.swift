import Foundation
import TestSupport
import Testing

/// Nothing is paid twice.
struct CacheTests {
  @Test func theSameRunAgainAsksNothingAndGivesTheSameBytes() throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(20)
    let first = try run.tool().run(input: input)
    var second = run.tool()
    second.environment["GEMINI_API_KEY"] = nil
    let result = try second.run(input: input)
    #expect(result.status == 0 && result.stdout == first.stdout, "\(result)")
    #expect(try server.stats().requests == 20)
  }

  /// Whatever the picture's name, and in one process as in the next.
  @Test(arguments: [[], ["--no-cache"], ["--refresh"]])
  func equalRequestsAreAskedOnce(arguments: [String]) throws {
    let server = try StandIn(["--latency", "20ms"])
    let run = try GeminiRun(server.baseURL)
    try run.scratch.write(GeminiRun.png(0), to: "copy.png")
    let input = try run.rows(4)
    let copies = input.replacing("image0.png", with: "copy.png")
    let result = try run.tool(arguments).run(input: input + copies + input)
    #expect(result.status == 0, "\(result)")
    let answers = try GeminiRun.objects(result).map { $0["descriptive_answer"] as? String }
    #expect(answers[0..<4] == answers[4..<8] && answers[0..<4] == answers[8..<12])
    #expect(try server.stats().requests == 4)
    // Once more: remembered, unless it was not to be.
    _ = try run.tool(arguments).run(input: input)
    #expect(try server.stats().requests == (arguments.isEmpty ? 4 : 8))
  }

  @Test func whatChangesTheAnswerIsAskedAnew() throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(1)
    let variants: [[String]] = [
      [], ["--model", "gemini-3.5-flash"], ["--temperature", "0.5"],
      ["--media-resolution", "low"],
    ]
    for arguments in variants {
      let result = try run.tool(arguments).run(input: input)
      #expect(result.status == 0, "\(result)")
    }
    #expect(try server.stats().requests == variants.count)
    // Neither limits nor keys change it.
    _ = try run.tool(["--rpm", "7", "--jobs", "3"]).run(input: input)
    #expect(try server.stats().requests == variants.count)
  }

  /// A cache of version 0 answers all that it did, however it is asked now.
  @Test(arguments: [[], ["--check", "none"], ["--check", "mention"], ["--per-image"]])
  func anOldCacheIsTakenOver(arguments: [String]) throws {
    let run = try GeminiRun("http://127.0.0.1:9")
    let fixture = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/cache-v0")
    for name in ["answers.sqlite", "image0.png", "image1.png"] {
      try run.scratch.write(Data(contentsOf: fixture.appending(path: name)), to: name)
    }
    let rows = try String(contentsOf: fixture.appending(path: "rows.jsonl"), encoding: .utf8)
    for _ in 0..<2 {
      let result = try run.tool(["--cache", "answers.sqlite"] + arguments).run(input: rows)
      #expect(result.status == 0 && result.errors.contains("6 from the cache"), "\(result)")
      let answers = try GeminiRun.objects(result).compactMap {
        ($0["descriptive_answer"] as? String)?.hasPrefix("Yes. Explanation: ")
      }
      #expect(answers == Array(repeating: true, count: 6))
    }
  }

  /// Many processes that start together with the same rows pay once for each.
  @Test(.timeLimit(.minutes(15)), arguments: [[], ["--per-image"]])
  func whatAnotherProcessAsksIsWaitedFor(arguments: [String]) async throws {
    let server = try StandIn(["--latency", "200ms..600ms"])
    let run = try GeminiRun(server.baseURL)
    let input = try Data(run.rows(20).utf8)
    let results = try await GeminiRun.waiting {
      let running = try (0..<30).map { _ in
        try run.tool(["--rpm", "100000"] + arguments).start(input: input)
      }
      return try running.map { try $0.finish() }
    }
    for result in results { #expect(result.status == 0, "\(result)") }
    let stats = try server.stats()
    #expect(stats.questionsAnswered == 20 && stats.repeatedQuestions == 0, "\(stats)")
  }

  /// A peer that is killed gives what it was asking free.
  @Test(.timeLimit(.minutes(15))) func whatAKilledProcessAskedIsAskedAgain() async throws {
    let server = try StandIn(["--fault", "stall nth=1-5"])
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(5)
    let result = try await GeminiRun.waiting {
      let first = try run.tool().start(input: Data(input.utf8))
      while try server.stats().inFlight < 5 { usleep(10_000) }
      let second = try run.tool().start(input: Data(input.utf8))
      usleep(1_000_000)
      #expect(try server.stats().inFlight == 5)
      kill(first.process.processIdentifier, SIGKILL)
      _ = try first.finish()
      return try second.finish()
    }
    #expect(result.status == 0, "\(result)")
    #expect(try server.stats().answered == 5)
  }

  @Test func whatIsNoCacheIsLeftAlone() throws {
    let run = try GeminiRun("http://127.0.0.1:9")
    try run.scratch.write("just a text, and long enough to be looked at", to: "text")
    for path in ["text", "missing/", "."] {
      let result = try run.tool(["--cache", path]).run(input: run.rows(1))
      #expect(result.status == 2 && result.errors.hasPrefix("vqa-gemini: \(path): "), "\(result)")
    }
    #expect(try run.scratch.read("text").count == 44)
  }

  /// Killed again and again, the job comes to its end, and nothing but what
  /// was in flight is paid again.
  @Test func aKilledRunLosesNothing() throws {
    let server = try StandIn(["--latency", "20ms..80ms"])
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(150)
    let arguments = ["--rpm", "100000", "--jobs", "8"]
    var kills = 0
    for delay in [150, 300, 450, 600, 750] {
      let running = try run.tool(arguments).start(input: Data(input.utf8))
      usleep(UInt32(delay) * 1000 + UInt32.random(in: 0..<50_000))
      if kill(running.process.processIdentifier, SIGKILL) == 0 { kills += 1 }
      _ = try running.finish()
    }
    let result = try run.tool(arguments).run(input: input)
    #expect(result.status == 0, "\(result)")
    #expect(try GeminiRun.objects(result).allSatisfy { $0["descriptive_answer"] != nil })
    let stats = try server.stats()
    #expect(stats.answered == 150)
    #expect(stats.repeats <= 8 * kills, "\(stats)")
  }
}
