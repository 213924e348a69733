import Foundation
import TestSupport
import Testing

/// Runs that are interrupted, in every way a shell knows, lose no answer that
/// the service gave.
struct InterruptTests {
  /// Starts `pipeline` in a process group of its own.
  private func group(_ run: GeminiRun, _ pipeline: String, then signals: String) -> Command {
    var command = Command.shell(
      "set -m; (\(pipeline)) & group=$!; set +m; \(signals); wait $group; exit $?")
    command.environment = run.environment
    command.directory = run.scratch.url
    return command
  }

  /// Ctrl-C on a pipeline, again and again.
  @Test(.timeLimit(.minutes(15))) func interruptedGroupsAskNothingTwice() async throws {
    let server = try StandIn(["--latency", "100ms..300ms"])
    let run = try GeminiRun(server.baseURL)
    try run.scratch.write(run.rows(400), to: "rows.jsonl")
    let tool = "vqa-gemini -j16 --rpm 9999 rows.jsonl"
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20 {
      let seconds = Double.random(in: 0.02...0.5, using: &random)
      let interrupted = group(
        run, "\(tool) 2> errors.txt | vqa-merge -o merged.json 2> merge.txt",
        then: "sleep \(seconds); kill -INT -$group")
      _ = try await GeminiRun.waiting { try interrupted.run() }
    }
    let last = run.tool(["-j16", "--rpm", "9999", "rows.jsonl"])
    let result = try await GeminiRun.waiting { try last.run() }
    #expect(result.status == 0 && result.lines.count == 400, "\(result)")
    let stats = try server.stats()
    #expect(stats.repeats == 0 && stats.answered == 400, "\(stats)")
  }

  /// `| head -1`: what is in flight when the reader goes is waited for.
  @Test(.timeLimit(.minutes(15))) func aReaderThatGoesLosesNothing() async throws {
    let server = try StandIn(["--latency", "300ms"])
    let run = try GeminiRun(server.baseURL)
    try run.scratch.write(run.rows(60), to: "rows.jsonl")
    let tool = "vqa-gemini -j32 --rpm 9999 rows.jsonl"
    var first = Command.shell(
      "( \(tool) 2> errors.txt; echo $? > status.txt ) | head -1 > first.txt; sleep 1")
    first.environment = run.environment
    first.directory = run.scratch.url
    let command = first
    _ = try await GeminiRun.waiting { try command.run() }
    let errors = String(decoding: try run.scratch.read("errors.txt"), as: UTF8.self)
    #expect(errors.contains("in flight"), "\(errors)")
    let asked = try server.stats().requests
    #expect(asked < 60)
    let rest = run.tool(["-j32", "--rpm", "9999", "rows.jsonl"])
    let result = try await GeminiRun.waiting { try rest.run() }
    #expect(result.status == 0, "\(result)")
    #expect(try server.stats().requests == 60)
  }

  /// A key that is refused when the run stops already.
  @Test(
    .timeLimit(.minutes(15)), arguments: ["key-invalid", "model-unknown", "depleted", "region"])
  func aRejectionMeetsAStop(fault: String) async throws {
    let server = try StandIn(["--fault", fault, "--latency", "300ms"])
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(6)
    let result = try await GeminiRun.waiting {
      try run.tool(["--max-requests", "1"]).run(input: input)
    }
    #expect([2, 75].contains(result.status) && result.lines.count == 6, "\(result)")
    let interrupted = try await GeminiRun.waiting {
      let running = try run.tool(["-j2"]).start(input: Data(input.utf8))
      while try server.stats().inFlight < 1 { usleep(5_000) }
      running.process.interrupt()
      return try running.finish()
    }
    #expect(interrupted.status == 130 && interrupted.lines.count == 6, "\(interrupted)")
  }

  @Test(.timeLimit(.minutes(15))) func aSecondSignalEndsAtOnce() async throws {
    let server = try StandIn(["--latency", "30s"])
    let run = try GeminiRun(server.baseURL)
    let input = try Data(run.rows(4).utf8)
    let (result, seconds) = try await GeminiRun.waiting {
      let running = try run.tool().start(input: input)
      while try server.stats().inFlight < 1 { usleep(5_000) }
      running.process.interrupt()
      while try !running.errorsSoFar().contains("in flight") { usleep(5_000) }
      let start = Date()
      running.process.interrupt()
      return (try running.finish(), Date().timeIntervalSince(start))
    }
    #expect(result.status == 130, "\(result)")
    // One signal waits for 20 s.
    #expect(seconds < 15)
  }

  /// Ctrl-Z for longer than the timeout.
  @Test(.timeLimit(.minutes(15))) func aStoppedProcessLosesNothing() async throws {
    let server = try StandIn(["--latency", "500ms"])
    let run = try GeminiRun(server.baseURL)
    let input = try Data(run.rows(10).utf8)
    let result = try await GeminiRun.waiting {
      let running = try run.tool(["-j4", "--timeout", "2"]).start(input: input)
      while try server.stats().inFlight < 2 { usleep(5_000) }
      kill(running.process.processIdentifier, SIGSTOP)
      sleep(4)
      kill(running.process.processIdentifier, SIGCONT)
      return try running.finish()
    }
    #expect(result.status == 0, "\(result)")
    #expect(try server.stats().requests == 10)
  }

  /// A reader that pauses for longer than the timeout.
  @Test(.timeLimit(.minutes(15))) func aReaderThatPausesCostsNoRequest() async throws {
    let server = try StandIn(["--latency", "20ms"])
    let run = try GeminiRun(server.baseURL)
    try run.scratch.write(run.rows(200), to: "rows.jsonl")
    var command = Command.shell(
      "vqa-gemini --jobs 16 --timeout 3 --rpm 9999 rows.jsonl | (sleep 8; cat)")
    command.environment = run.environment
    command.directory = run.scratch.url
    let slow = command
    let result = try await GeminiRun.waiting { try slow.run() }
    #expect(result.lines.count == 200, "\(result)")
    #expect(try server.stats().requests == 200)
  }

  /// Many processes with the same rows ask each of them once.
  @Test(.timeLimit(.minutes(15))) func manyProcessesAskTheSameOnce() async throws {
    let server = try StandIn(["--latency", "200ms"])
    let run = try GeminiRun(server.baseURL)
    let input = try Data(run.rows(20).utf8)
    let results = try await GeminiRun.waiting {
      let running = try (0..<12).map { _ in
        try run.tool(["--rpm", "9999"]).start(input: input)
      }
      return try running.map { try $0.finish() }
    }
    #expect(results.allSatisfy { $0.status == 0 && $0.lines.count == 20 }, "\(results)")
    #expect(try server.stats().requests == 20)
  }
}
