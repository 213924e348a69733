import Foundation
import TestSupport
import Testing

/// A run like real ones: most rows are answered at once, some after a fault,
/// some never. Other tools store bad answers, lose rows or pay twice here.
struct MixedRunTests {
  /// Faults that pass: one request more for each.
  static let passing = [
    "internal", "bad-gateway", "html-200", "cut-json", "not-json", "reset", "cut-length",
    "wrong-pattern", "stop-empty", "no-candidates", "finish-recitation", "high-demand",
  ]
  /// What can never be answered, and how many requests that takes.
  static let hopeless = [
    ("finish-safety", 1), ("blocked", 1), ("finish-prohibited-content", 1), ("max-tokens-cut", 1),
    ("bad-image", 1), ("wrong-pattern", 2), ("stop-blank", 2),
  ]

  /// 200 rows of which 193 can be answered, and 214 requests are enough.
  private func rows(_ run: GeminiRun) throws -> String {
    try run.rows(200) { number in
      if number % 16 == 3, number / 16 < Self.passing.count {
        return "question \(number)? [[fault:\(Self.passing[number / 16]) first=1]]"
      }
      if number % 25 == 12, number / 25 < Self.hopeless.count {
        return "question \(number)? [[fault:\(Self.hopeless[number / 25].0)]]"
      }
      return "question \(number)?"
    }
  }

  @Test func nothingIsLostNothingBadIsKeptNothingIsPaidTwice() async throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let input = try rows(run)
    let result = try await GeminiRun.waiting { try run.tool(["--rpm", "9999"]).run(input: input) }
    #expect(result.status == 1, "\(result)")
    let objects = try GeminiRun.objects(result)
    #expect(objects.map { $0["id"] as? String } == (0..<200).map { "train/\($0)" })
    let answers = objects.compactMap { $0["descriptive_answer"] as? String }
    #expect(answers.count == 193 && answers.allSatisfy { $0.hasPrefix("Yes. Explanation: ") })
    #expect(objects.filter { $0["error"] != nil }.count == 7)
    #expect(!objects.contains { $0["error"] != nil && $0["descriptive_answer"] != nil })
    #expect(try server.stats().requests == 214)

    // The failed lines alone, piped back: the others are not asked again, nor
    // is what can be answered lost from the whole.
    let failed = result.lines.filter { $0.contains("\"error\":") }.joined(separator: "\n") + "\n"
    let again = try run.tool(["--rpm", "9999"]).run(input: failed)
    #expect(again.status == 1 && again.lines.count == 7, "\(again)")
    let whole = try run.tool(["--rpm", "9999"]).run(input: result.output)
    #expect(whole.status == 1)
    #expect(
      whole.lines.filter { !$0.contains("\"error\":") }
        == result.lines.filter { !$0.contains("\"error\":") })
    let stats = try server.stats()
    #expect(stats.requests == 214 + 2 * 9 && stats.repeats == 0, "\(stats)")
  }
}
