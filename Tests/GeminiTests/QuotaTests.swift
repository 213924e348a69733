import Foundation
import SQLite
import TestSupport
import Testing

/// The limits, judged by what the stand-in has seen.
struct QuotaTests {
  /// Two projects of 20 a minute; 60 rows are one window and a half. How long it
  /// takes is not judged, and neither is which project takes how many of the rest.
  @Test(.timeLimit(.minutes(15))) func fourProcessesKeepTheLimitsTogether() async throws {
    let server = try StandIn([
      "--key", "k1 project=a rpm=20", "--key", "k2 project=b rpm=20", "--latency", "5ms..200ms",
    ])
    let run = try GeminiRun(server.baseURL, key: nil)
    try run.scratch.write("k1 project=a\nk2 project=b\n", to: "keys")
    let rows = try run.rows(60).split(separator: "\n").map { $0 + "\n" }
    let results = try await GeminiRun.waiting {
      let running = try (0..<4).map { part in
        let share = rows.indices.filter { $0 % 4 == part }.map { rows[$0] }.joined()
        return try run.tool(["--keys", "keys", "--rpm", "20"]).start(input: Data(share.utf8))
      }
      return try running.map { try $0.finish() }
    }
    for result in results { #expect(result.status == 0, "\(result)") }
    let stats = try server.stats()
    #expect(stats.byStatus == ["200": 60] && stats.repeats == 0, "\(stats)")
    let busiest = try server.rows().busiestMinute()
    #expect(busiest.count == 2 && busiest.values.allSatisfy { $0 <= 20 }, "\(busiest)")
  }

  /// A third process holds the lock: nothing leaves meanwhile, nothing is counted
  /// privately, the wait is said, and both come to their end.
  @Test(.timeLimit(.minutes(15))) func aLockedStateIsWaitedFor() async throws {
    let server = try StandIn(["--key", "k1 project=a rpm=10"])
    let run = try GeminiRun(server.baseURL, key: "k1")
    let rows = try run.rows(10).split(separator: "\n").map { $0 + "\n" }
    try FileManager.default.createDirectory(
      atPath: run.scratch.path("state/vqa"), withIntermediateDirectories: true)
    // The state exists, as after any run.
    _ = try run.tool(["--rpm", "10"]).run(input: String(rows[0]))
    let results = try await GeminiRun.waiting {
      let locker = try Database(path: run.scratch.path("state/vqa/limits.sqlite"))
      try locker.execute("BEGIN EXCLUSIVE")
      let running = try (0..<2).map { part in
        let share = rows.indices.filter { $0 > 0 && $0 % 2 == part }.map { rows[$0] }.joined()
        return try run.tool(["--rpm", "10"]).start(input: Data(share.utf8))
      }
      // Each says so after a few seconds.
      for one in running {
        while try !one.errorsSoFar().contains("locked by another process") { usleep(50_000) }
      }
      usleep(2_000_000)
      #expect(try server.stats().requests == 1)
      try locker.execute("COMMIT")
      return try running.map { try $0.finish() }
    }
    for result in results {
      #expect(
        result.status == 0 && result.errors.contains("locked by another process"), "\(result)")
    }
    let stats = try server.stats()
    #expect(stats.byStatus == ["200": 10], "\(stats)")
  }

  /// Keys of one project, each in a process of its own.
  @Test(.timeLimit(.minutes(15))) func keysOfOneProjectAreCountedTogether() async throws {
    let server = try StandIn(["--key", "k1 project=a rpm=10", "--key", "k2 project=a rpm=10"])
    let run = try GeminiRun(server.baseURL, key: nil)
    try run.scratch.write("k1 project=P\n", to: "keys0")
    try run.scratch.write("k2 project=P\n", to: "keys1")
    let rows = try run.rows(20).split(separator: "\n").map { $0 + "\n" }
    try await GeminiRun.waiting {
      let running = try (0..<2).map { part in
        let share = rows[part * 10..<part * 10 + 10].joined()
        return try run.tool(["--keys", "keys\(part)", "--rpm", "10"])
          .start(input: Data(share.utf8))
      }
      while try server.stats().requests < 10 { usleep(10_000) }
      usleep(2_000_000)
      for one in running { one.process.interrupt() }
      for one in running { _ = try one.finish() }
    }
    #expect(try server.stats().byStatus == ["200": 10])
  }

  /// Told 60 where the service allows 10: it learns. No more than two are in
  /// flight, so no more can be refused before it has learned.
  @Test(
    .timeLimit(.minutes(15)),
    arguments: [
      ["--key", "k1 rpm=10"],
      // A refusal that names no limit: what was taken so far is the guess.
      ["--key", "k1", "--fault", "rpm-no-value nth=11"],
    ])
  func wrongLimitsCostTwoRefusals(limit: [String]) async throws {
    let server = try StandIn(["--latency", "5ms..100ms"] + limit)
    let run = try GeminiRun(server.baseURL, key: "k1")
    let input = try run.rows(16)
    let result = try await GeminiRun.waiting { try run.tool(["-j2"]).run(input: input) }
    #expect(result.status == 0, "\(result)")
    let refusals = try server.rows().filter { $0.status == 429 }.map(\.time).sorted()
    let first = try #require(refusals.first)
    // A minute later there may be one more: a server that has to wait for the
    // processor counts a request from later on than its system, which
    // acknowledged it.
    #expect(refusals.count { $0 < first + 30 } <= 2, "\(refusals)")
    #expect(refusals.count <= 3, "\(refusals)")
  }

  @Test func tokensAreALimitToo() async throws {
    // 1,253 tokens or so each: seven fit, the eighth has to wait.
    let server = try StandIn(["--key", "k1 project=a tpm=9000"])
    let run = try GeminiRun(server.baseURL, key: "k1")
    let input = try Data(run.rows(9).utf8)
    let result = try await GeminiRun.waiting {
      let running = try run.tool(["--tpm", "9000"]).start(input: input)
      while try server.stats().requests < 7 { usleep(10_000) }
      usleep(500_000)
      running.process.interrupt()
      return try running.finish()
    }
    #expect(result.status == 130, "\(result)")
    let stats = try server.stats()
    #expect(stats.byStatus == ["200": 7], "\(stats)")
    #expect(try GeminiRun.codes(result).filter { $0 == "interrupted" }.count == 2)
  }

  /// A used-up day is 75, known to the next process, and probed no more than
  /// once.
  @Test func aDayThatIsUsedUpEndsTheRun() throws {
    let server = try StandIn(["--key", "k1 project=a rpd=5"])
    let run = try GeminiRun(server.baseURL, key: "k1")
    let result = try run.tool(["--rpd", "5"]).run(input: run.rows(8))
    #expect(result.status == 75, "\(result)")
    #expect(
      try GeminiRun.codes(result) == Array(repeating: "", count: 5)
        + Array(repeating: "not_attempted", count: 3))
    #expect(result.errors.contains("midnight Pacific"))
    let again = try run.tool(["--rpd", "5"]).run(input: result.output)
    #expect(again.status == 75 && again.output == result.output, "\(again)")
    #expect(try server.stats().byStatus == ["200": 5])
  }

  /// Neither output nor messages nor what is kept on disk holds a key, though
  /// the service quotes it.
  @Test(arguments: ["quotes-key", "key-not-found", "key-leaked", "key-invalid"])
  func aKeyIsNowhere(fault: String) throws {
    let key = "AQ.Very-Secret-0123456789"
    let server = try StandIn(["--key", key, "--fault", fault])
    let run = try GeminiRun(server.baseURL, key: key)
    let result = try run.tool().run(input: run.rows(2))
    #expect(result.status == 75 || result.status == 1, "\(result)")
    #expect(!result.output.contains(key) && !result.errors.contains(key), "\(result)")
    #expect(!result.errors.contains("Very-Secret"))
    let files = FileManager.default.enumerator(atPath: run.scratch.url.path)
    var looked = 0
    while let name = files?.nextObject() as? String {
      guard let data = FileManager.default.contents(atPath: run.scratch.path(name)) else {
        continue
      }
      looked += 1
      #expect(data.range(of: Data(key.utf8)) == nil, "\(name)")
    }
    #expect(looked >= 3)
  }
}
