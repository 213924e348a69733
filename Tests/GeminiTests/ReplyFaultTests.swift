import Foundation
import TestSupport
import Testing

/// What services, proxies and models send that no document shows: through the
/// built tool.
struct ReplyFaultTests {
  private static let key = "AIzaSyA0123456789-abcdefghij_klmnopqrst"

  private func rows(_ run: GeminiRun, _ faults: [String], _ when: String = "") throws -> String {
    try run.rows(faults.count) { "what? [[fault:\(faults[$0])\(when)]]" }
  }

  /// Good answers in odd forms are answers, at one request each.
  @Test func oddFormsAreRead() throws {
    let faults = ["full-width", "typographic", "absurd-tokens"]
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let input = try rows(run, faults).replacing("\"Yes\"", with: "\"On the patient's T2-left\"")
    let result = try run.tool(["--price", "1:1"]).run(input: input)
    #expect(result.status == 0, "\(result)")
    #expect(try server.stats().requests == faults.count)
  }

  /// What is no answer is never stored as one.
  @Test func noAnswerIsStoredAsOne() throws {
    let faults = [
      "loop", "marker-loop", "placeholder", "placeholder-answer", "one-mark", "code-fence",
    ]
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let result = try run.tool().run(input: rows(run, faults))
    #expect(result.status == 1, "\(result)")
    for (fault, row) in zip(faults, try GeminiRun.objects(result)) {
      let error = row["error"] as? [String: Any]
      #expect(error?["code"] as? String == "wrong_answer", "\(fault): \(row)")
      // What the model wrote is there to be looked at, and not too much of it.
      let text = try #require(error?["text"] as? String, "\(fault): \(row)")
      #expect(!text.isEmpty && text.utf8.count < 2100)
    }
    let good = try run.tool().run(input: rows(run, faults, " first=1").replacing("what", with: "w"))
    #expect(good.status == 0, "\(good)")
  }

  /// Lists in odd forms are read, at one request; a list numbered from 0 puts
  /// no text under a wrong question.
  @Test(arguments: [
    ("code-fence", 1), ("preamble", 1), ("wrapped", 1), ("ids-as-strings", 1),
    ("ids-from-zero", 3),
  ])
  func listsAreReadOrAskedAgain(fault: String, requests: Int) throws {
    let server = try StandIn(["--fault", "\(fault) times=1"])
    let run = try GeminiRun(server.baseURL)
    let answers = ["one", "two", "three", "four"]
    var input = ""
    for (line, answer) in zip(try run.rows(4, perImage: 4).split(separator: "\n"), answers) {
      input += line.replacing("\"Yes\"", with: "\"\(answer)\"") + "\n"
    }
    let result = try run.tool(["--per-image"]).run(input: input)
    #expect(result.status == 0, "\(result)")
    for (row, answer) in zip(try GeminiRun.objects(result), answers) {
      #expect((row["descriptive_answer"] as? String)?.hasPrefix("\(answer). ") == true)
    }
    #expect(try server.stats().requests == requests)
  }

  /// Whatever quotes the key, it is in no row and on no line of stderr.
  @Test(arguments: [
    "echo-header", "echo-cut", "key-in-answer", "key-with-accents", "key-escaped", "quotes-key",
    "key-not-found",
  ])
  func noKeyComesOut(fault: String) async throws {
    let server = try StandIn(["--key", Self.key, "--fault", fault])
    let run = try GeminiRun(server.baseURL, key: Self.key)
    let input = try run.rows(3)
    let result = try await GeminiRun.waiting {
      try run.tool(["--retries", "1", "--check", "mention"]).run(input: input)
    }
    let output = (result.output + result.errors).unicodeScalars
      .filter { !$0.properties.isGraphemeExtend }.map(String.init).joined()
    for start in 0...(Self.key.count - 8) {
      let part = Self.key.dropFirst(start).prefix(8)
      #expect(!output.contains(part), "\(result)")
    }
    let cache = try run.scratch.read("cache/vqa/answers.sqlite")
    #expect(cache.range(of: Data(Self.key.prefix(16).utf8)) == nil)
  }

  /// Said at once, status 75: no wait of minutes changes it.
  @Test func aSpendingCapEndsTheRun() throws {
    let server = try StandIn(["--fault", "spending-cap"])
    let run = try GeminiRun(server.baseURL)
    let result = try run.tool(["--jobs", "1"]).run(input: run.rows(5))
    #expect(result.status == 75 && result.errors.contains("spending cap"), "\(result)")
    #expect(try server.stats().requests == 1)
  }

  /// Where the body names no delay, `Retry-After` does; absurd numbers in it
  /// are no reason to wait longer.
  @Test(arguments: ["retry-after", "absurd-quota"])
  func aRefusalIsWaitedForAsItSays(fault: String) async throws {
    let server = try StandIn(["--fault", "\(fault) times=1"])
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(2)
    let result = try await GeminiRun.waiting { try run.tool(["--jobs", "1"]).run(input: input) }
    #expect(result.status == 0, "\(result)")
    let times = try server.rows().map(\.time)
    // A refusal that says nothing rests the project for a minute.
    #expect(times.count == 3 && times[1] - times[0] >= 1 && times[1] - times[0] < 30, "\(times)")
  }

  /// A 429 inside a 200, and one that asks for more seconds than there are, rest the
  /// project; so it is found by the next process, which starts all the same.
  @Test(.timeLimit(.minutes(15)), arguments: ["throttled-inside", "absurd-retry"])
  func aRefusalRestsTheProject(fault: String) async throws {
    let server = try StandIn(["--fault", fault])
    let run = try GeminiRun(server.baseURL)
    let input = try Data(run.rows(3).utf8)
    // Both runs in one turn: the second is to start within the minute's rest.
    let results = try await GeminiRun.waiting {
      try (0..<2).map { _ in
        let running = try run.tool(["--jobs", "1"]).start(input: input)
        while try server.stats().requests < 1 { usleep(10_000) }
        usleep(2_000_000)
        running.process.interrupt()
        return try running.finish()
      }
    }
    for result in results { #expect(result.status == 130 && result.lines.count == 3, "\(result)") }
    #expect(try server.stats().requests == 1)
  }

  /// No request with a picture can succeed.
  @Test func aModelWithoutEyesEndsTheRun() throws {
    let server = try StandIn(["--fault", "image-modality"])
    let run = try GeminiRun(server.baseURL)
    let result = try run.tool(["--jobs", "1"]).run(input: run.rows(5))
    #expect(result.status == 2 && result.errors.contains("Image input modality"), "\(result)")
    #expect(try server.stats().requests == 1)
  }

  /// Words in a refusal's message do not stop the others.
  @Test func aRefusalOfOneRowStopsNoOther() throws {
    let server = try StandIn(["--fault", "holds-words nth=2"])
    let run = try GeminiRun(server.baseURL)
    let result = try run.tool(["--jobs", "1"]).run(input: run.rows(4))
    #expect(try GeminiRun.codes(result) == ["", "refused", "", ""], "\(result)")
  }
}
