import Foundation
import TestSupport
import Testing

/// Every failure that the API's documents know, and the network's: what it
/// costs, and whom.
struct FaultTests {
  private func rows(_ run: GeminiRun, _ faults: [String], _ when: String = "") throws -> String {
    try run.rows(faults.count) { "what? [[fault:\(faults[$0])\(when)]]" }
  }

  /// What passes is asked again, once, and answered.
  @Test func whatPassesIsAskedAgain() async throws {
    let faults = [
      "high-demand", "overloaded", "internal", "bad-gateway", "bad-gateway-json", "html-503",
      "error-in-array", "error-without-body", "timeout", "cancelled", "deadline", "status-599",
      // 200 and no answer of the API
      "html-200", "not-json", "json-array", "json-null", "cut-json", "not-utf8", "empty",
      "redirect",
      // The network
      "close", "reset", "reset-in-body", "cut-length", "cut-chunks", "bad-gzip", "not-http",
      "giant bytes=40000000",
      // 200 and a useless answer
      "stop-empty", "stop-no-content", "stop-blank", "no-candidates", "only-thoughts",
      "wrong-pattern", "no-reference", "markdown", "half-json", "finish-other",
      "finish-something-new", "finish-malformed-response", "finish-recitation",
    ]
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let input = try rows(run, faults, " first=1")
    let result = try await GeminiRun.waiting { try run.tool(["--rpm", "9999"]).run(input: input) }
    #expect(result.status == 0, "\(result)")
    for (row, fault) in zip(try GeminiRun.objects(result), faults) {
      let record = row["gemini"] as? [String: Any]
      #expect(record?["attempts"] as? Int == 2, "\(fault): \(row)")
      #expect((row["descriptive_answer"] as? String)?.hasPrefix("Yes. Explanation: ") == true)
    }
    #expect(try server.stats().requests == 2 * faults.count)
  }

  @Test func oddFormsOfAGoodAnswerAreTaken() throws {
    let faults = [
      "thought-parts", "several-parts", "other-model", "new-fields", "chunked", "gzip",
      "then-close", "then-drop", "drip rate=4000",
    ]
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let result = try run.tool().run(input: rows(run, faults))
    #expect(result.status == 0, "\(result)")
    #expect(try server.stats().requests == faults.count)
    let other = try GeminiRun.objects(result)[2]["gemini"] as? [String: Any]
    #expect(other?["model_version"] as? String != "gemini-3.8-flash")
  }

  /// What is this row's own fault costs one request, and the row.
  @Test func aRowThatCannotSucceedFailsAtOnce() throws {
    let codes = [
      "blocked": "blocked", "block-safety": "blocked", "block-other": "blocked",
      "block-image-safety": "blocked", "block-something-new": "blocked",
      "finish-safety": "blocked", "finish-prohibited-content": "blocked",
      "finish-blocklist": "blocked", "finish-spii": "blocked", "finish-language": "blocked",
      "finish-image-safety": "blocked", "max-tokens-empty": "truncated",
      "max-tokens-cut": "truncated", "bad-image": "refused", "invalid-image": "refused",
      "over-context": "refused", "too-large-400": "refused", "too-large": "refused",
      "bad-argument": "refused", "file-denied": "refused",
    ]
    let faults = codes.keys.sorted()
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let result = try run.tool().run(input: rows(run, faults) + run.rows(1))
    #expect(result.status == 1, "\(result)")
    #expect(try GeminiRun.codes(result) == faults.map { codes[$0] ?? "" } + [""])
    #expect(try server.stats().requests == faults.count + 1)
    #expect(result.errors.contains("tokens of thoughts"))
  }

  /// What does not pass fails in the end, after as many tries as are due.
  @Test func whatDoesNotPassFails() async throws {
    let cases: [(fault: String, code: String, requests: Int)] = [
      ("internal", "server_error", 3), ("html-200", "bad_response", 3),
      ("reset", "transport", 3), ("cut-length", "transport", 3),
      ("giant bytes=40000000", "bad_response", 3), ("stop-blank", "empty", 2),
      ("wrong-pattern", "wrong_answer", 2), ("finish-recitation", "recitation", 2),
      ("finish-something-new", "unfinished", 2),
    ]
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let input = try rows(run, cases.map(\.fault))
    let result = try await GeminiRun.waiting {
      try run.tool(["--retries", "2"]).run(input: input)
    }
    #expect(result.status == 1, "\(result)")
    #expect(try GeminiRun.codes(result) == cases.map(\.code))
    let counted = try server.stats().byFault
    for (fault, _, requests) in cases {
      #expect(counted[String(fault.prefix { $0 != " " })] == requests, "\(fault)")
    }
  }

  @Test(arguments: ["stall", "stall-in-body"])
  func silenceIsGivenUp(fault: String) async throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let input = try rows(run, [fault])
    let result = try await GeminiRun.waiting {
      try run.tool(["--timeout", "0.5", "--retries", "1"]).run(input: input)
    }
    #expect(try GeminiRun.codes(result) == ["transport"], "\(result)")
  }

  @Test func nobodyThereEndsTheRun() async throws {
    let run = try GeminiRun("http://127.0.0.1:9")
    let input = try run.rows(40)
    let result = try await GeminiRun.waiting {
      try run.tool(["--retries", "1", "--rpm", "9999"]).run(input: input)
    }
    // 25 rows have shown that it is hopeless, and it can be gone on with.
    #expect(result.status == 75, "\(result)")
    let codes = try GeminiRun.codes(result)
    #expect(codes.filter { $0 == "transport" }.count >= 25 && codes.count == 40)
  }

  /// What no request can get over ends the run, told in the service's words.
  @Test(arguments: [
    ("region", "User location"), ("unknown-field", "Unknown name"), ("thinking", "Thinking level"),
    ("model-unknown", "is not found"), ("model-closed", "no longer available"),
    ("unregistered", "unregistered callers"),
  ])
  func whatConcernsAllEndsTheRun(fault: String, words: String) throws {
    let server = try StandIn(["--fault", fault, "--latency", "50ms"])
    let run = try GeminiRun(server.baseURL)
    let result = try run.tool(["--jobs", "2"]).run(input: run.rows(30))
    #expect(result.status == 2, "\(result)")
    #expect(result.errors.contains("vqa-gemini: stopped: ") && result.errors.contains(words))
    #expect(result.lines.count == 30)
    #expect(try server.stats().requests <= 2)
  }

  /// A key that is of no use is told once and not used again; the other one
  /// does the work. Without another, the run can be gone on with.
  @Test(arguments: [
    "key-invalid", "key-expired", "key-not-found", "bad-token", "prepaid", "key-leaked",
    "disabled", "suspended", "key-blocked", "depleted", "limit-zero", "model-closed",
    "finish-pup-limited-disabled",
  ])
  func aKeyOfNoUseIsDropped(fault: String) throws {
    let server = try StandIn([
      "--key", "k1 name=one", "--key", "k2 name=two", "--fault", "\(fault) key=one",
      "--latency", "5ms",
    ])
    let run = try GeminiRun(server.baseURL, key: nil)
    try run.scratch.write("k1 name=one\nk2 name=two\n", to: "both")
    try run.scratch.write("k1 name=one\n", to: "bad")
    let arguments = ["--jobs", "2", "--keys"]
    let result = try run.tool(arguments + ["both"]).run(input: run.rows(6))
    #expect(result.status == 0, "\(result)")
    #expect(result.errors.split(separator: "\n").filter { $0.contains(": one: ") }.count == 1)
    #expect((1...2).contains(try server.stats().byKey["one"] ?? 0))
    let lone = try run.tool(arguments + ["bad"]).run(input: run.rows(6) { "other \($0)" })
    #expect(lone.status == (fault == "model-closed" ? 2 : 75), "\(lone)")
    #expect(Set(try GeminiRun.codes(lone)) == ["not_attempted"])
  }

  /// Refused for a while: the other project goes on, this one comes back.
  @Test(arguments: [
    "rpm", "rpm-no-value", "rpm-no-retry", "rpm-fraction", "rpm-family", "tpm", "rpd",
    "rpm-and-rpd", "help-only", "exhausted", "service-control",
  ])
  func aRefusalRestsTheProject(fault: String) throws {
    let server = try StandIn([
      "--key", "k1 name=one", "--key", "k2 name=two", "--fault", "\(fault) key=one",
      "--latency", "5ms",
    ])
    let run = try GeminiRun(server.baseURL, key: nil)
    try run.scratch.write("k1 name=one\nk2 name=two\n", to: "keys")
    let result = try run.tool(["--keys", "keys", "--jobs", "2"]).run(input: run.rows(8))
    #expect(result.status == 0, "\(result)")
    #expect((1...2).contains(try server.stats().byKey["one"] ?? 0))
  }

  @Test func aShortRefusalIsWaitedFor() throws {
    let server = try StandIn(["--fault", "rpm-short times=1"])
    let run = try GeminiRun(server.baseURL)
    let result = try run.tool().run(input: run.rows(3))
    #expect(result.status == 0, "\(result)")
    #expect(try server.stats().byStatus == ["200": 3, "429": 1])
  }
}
