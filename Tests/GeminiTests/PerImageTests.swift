import Foundation
import TestSupport
import Testing

/// All questions about a picture in one request.
struct PerImageTests {
  @Test func aPictureIsSentOnce() throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    // Questions about the same picture need not follow each other.
    let rows = try run.rows(30, perImage: 6).split(separator: "\n")
    let shuffled = (0..<30).map { rows[$0 * 7 % 30] + "\n" }.joined()
    let result = try run.tool(["--per-image"]).run(input: shuffled)
    #expect(result.status == 0, "\(result)")
    let objects = try GeminiRun.objects(result)
    #expect(objects.map { $0["id"] as? String } == (0..<30).map { "train/\($0 * 7 % 30)" })
    for row in objects {
      #expect((row["descriptive_answer"] as? String)?.hasPrefix("Yes. Explanation: ") == true)
      #expect((row["gemini"] as? [String: Any])?["questions"] as? Int == 6)
    }
    let stats = try server.stats()
    #expect(stats.requests == 5 && stats.questionsAnswered == 30, "\(stats)")
    // And remembered one by one.
    let again = try run.tool(["--per-image"]).run(input: shuffled)
    #expect(again.stdout == result.stdout)
    #expect(try server.stats().requests == 5)
  }

  /// An answer that is none costs its own question a request; a list whose ids
  /// are not those asked is asked for again by halves.
  @Test(arguments: [
    ("item-missing", 3), ("item-doubled", 3), ("item-unknown", 3), ("item-wrong-pattern", 2),
    ("item-empty", 2),
  ])
  func whatIsWrongIsAskedAgain(fault: String, requests: Int) throws {
    let server = try StandIn(["--fault", "\(fault) times=1"])
    let run = try GeminiRun(server.baseURL)
    let result = try run.tool(["--per-image"]).run(input: run.rows(4, perImage: 4))
    #expect(result.status == 0, "\(result)")
    let stats = try server.stats()
    #expect(stats.requests == requests, "\(stats)")
  }

  /// A question that the service blocks is found by halves, and fails alone.
  @Test(arguments: ["blocked", "max-tokens-cut", "over-context", "half-json"])
  func oneBadQuestionFailsAlone(fault: String) throws {
    let server = try StandIn(["--fault", "\(fault) text=question-5"])
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(8, perImage: 8) { "question-\($0)" }
    let result = try run.tool(["--per-image"]).run(input: input)
    #expect(result.status == 1, "\(result)")
    let codes = try GeminiRun.codes(result)
    #expect(codes.indices.filter { codes[$0] != "" } == [5], "\(result)")
  }

  @Test func aPromptOfOnesOwnIsForOneQuestion() throws {
    let run = try GeminiRun("http://127.0.0.1:9")
    let result = try run.tool(["--per-image", "--prompt", "x"]).run(input: "")
    #expect(result.status == 64, "\(result)")
  }
}
