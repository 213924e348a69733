import Foundation
import TestSupport
import Testing

/// Rows tell with which prompt they were asked, as `sha256sum` counts it.
struct PromptDigestTests {
  private func digest(_ text: String) throws -> String {
    let result = try Python.code(
      "import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())"
    ).run(input: text)
    return result.output.trimmingCharacters(in: .newlines)
  }

  private func digests(_ result: CommandResult, in member: String = "gemini") throws -> [[String]] {
    try GeminiRun.objects(result).map { row in
      let record = try #require(row[member] as? [String: Any])
      return try ["prompt_sha256", "system_sha256"].map { try #require(record[$0] as? String) }
    }
  }

  @Test func rowsTellTheDigestOfTheFiles() throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let prompt = "{question}\r\n{answer}? Ä {x}\n"
    try run.scratch.write(prompt, to: "prompt")
    try run.scratch.write("Be\nbrief.\n", to: "system")
    let tool = run.tool(["--prompt", "prompt", "--system", "system", "--check", "none"])
    let expected = [try digest(prompt), try digest("Be\nbrief.\n")]
    let input = try run.rows(2)
    #expect(try digests(tool.run(input: input)) == [expected, expected])
    // A remembered answer was asked with the same.
    #expect(try digests(tool.run(input: input)) == [expected, expected])
    #expect(try server.stats().requests == 2)
  }

  /// What the requests hold is what the digests are of.
  @Test func theDefaultIsToldToo() throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(1) { _ in "{question}" }.replacing(#""Yes""#, with: #""{answer}""#)
    _ = try run.tool(["--dry-run", "--requests", "requests"]).run(input: input)
    let line = try JSONSerialization.jsonObject(with: run.scratch.read("requests"))
    let request = (line as? [String: Any])?["request"] as? [String: Any]
    func texts(_ content: Any?) -> [String] {
      ((content as? [String: Any])?["parts"] as? [[String: Any]] ?? [])
        .compactMap { $0["text"] as? String }
    }
    let content = (request?["contents"] as? [Any])?.first
    let sent = texts(content) + texts(request?["systemInstruction"])
    let told = try digests(run.tool(["--check", "none"]).run(input: input))
    #expect(try told == [sent.map(digest)])
  }

  @Test func eachWayOfAskingHasItsOwn() throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(3, perImage: 2)
    let grouped = try digests(run.tool(["--per-image", "--no-cache"]).run(input: input))
    let single = try digests(run.tool(["--no-cache"]).run(input: input))
    let blind = try digests(
      run.tool(["--task", "answer", "--no-cache"]).run(input: input), in: "blind_answer")
    // The last picture has one question, which is asked alone.
    #expect(grouped[0] == grouped[1] && grouped[2] == single[2] && single[0] == single[2])
    let prompts = Set([grouped[0][0], single[0][0], blind[0][0]])
    #expect(prompts.count == 3)
    #expect(grouped[0][1] == single[0][1] && blind[0][1] != single[0][1])
  }
}
