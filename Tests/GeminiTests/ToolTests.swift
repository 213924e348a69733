import Foundation
import TestSupport
import Testing

/// The built tool against the stand-in: what a row gets and how a run ends.
struct ToolTests {
  @Test func rowsGetTheirAnswersInOrder() throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let input = try run.rows(30)
    let result = try run.tool().run(input: input)
    #expect(result.status == 0, "\(result)")
    let rows = try GeminiRun.objects(result)
    #expect(rows.map { $0["id"] as? String } == (0..<30).map { "train/\($0)" })
    for row in rows {
      let answer = try #require(row["descriptive_answer"] as? String)
      #expect(answer.hasPrefix("Yes. Explanation: "))
      let record = try #require(row["gemini"] as? [String: Any])
      let keys = [
        "attempts", "finish_reason", "model", "model_version", "prompt_sha256", "response_id",
        "system_sha256", "usage",
      ]
      #expect(record.keys.sorted() == keys)
      #expect(record["model"] as? String == "gemini-3.8-flash")
      #expect(record["finish_reason"] as? String == "STOP")
      #expect(record["attempts"] as? Int == 1)
      let usage = try #require(record["usage"] as? [String: Int])
      let prompt = try #require(usage["prompt"])
      let output = try #require(usage["output"])
      let thoughts = try #require(usage["thoughts"])
      #expect(prompt > 1120 && usage["total"] == prompt + output + thoughts)
    }
    // What went in goes out as it came, byte for byte.
    for (line, row) in zip(result.lines, input.split(separator: "\n")) {
      #expect(line.hasPrefix(row.dropLast()))
    }
    #expect(try server.stats().requests == 30)
  }

  @Test func rowsThatAreDoneNeedNoKey() throws {
    let run = try GeminiRun("http://127.0.0.1:9", key: nil)
    let done = """
      {"id":"a", "n":1e400,"descriptive_answer":"Yes. Explanation: so.","gemini":{}}
      {"id":"b","error":{"stage":"vqa-hash","code":"x","message":"y"}}\n
      """
    let result = try run.tool(["--quiet"]).run(input: done)
    #expect(result.status == 1 && result.output == done && result.errors == "", "\(result)")
    let other = try run.tool().run(input: try run.rows(1))
    #expect(other.status == 2, "\(other)")
    #expect(
      other.errors == "vqa-gemini: no key: name a file of keys with --keys, or set "
        + "GEMINI_API_KEYS, GOOGLE_API_KEY or GEMINI_API_KEY\n")
  }

  /// A row that failed here is tried again and loses its error.
  @Test func aRowThatFailedIsTriedAgain() throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let input =
      try run.rows(1).dropLast(2)
      + #","error":{"stage":"vqa-gemini","code":"transport","message":"x"}}"# + "\n"
    let result = try run.tool().run(input: String(input))
    #expect(result.status == 0, "\(result)")
    let row = try #require(try GeminiRun.objects(result).first)
    #expect(row["error"] == nil && row["descriptive_answer"] != nil)
  }

  @Test func badRowsFailAloneAndNothingButPicturesLeaves() throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    try run.scratch.write("secret", to: "text")
    try run.scratch.write("", to: "empty")
    let start = #"{"question":"q","answer":"a","#
    let input = """
      not json
      {"question":"q","answer":"a"}
      {"answer":"a","image_path":"image0.png"}
      {"question":"q","answer":[7],"image_path":"image0.png"}
      {"question":"q","answer":7,"image_path":"image0.png"}
      {"question":"q","answer":true,"image_path":"image0.png"}
      \(start)"image_path":"text"}
      \(start)"image_path":"empty"}
      \(start)"image_path":"/etc/passwd"}
      \(start)"image_path":"/dev/zero"}
      \(start)"image_path":"."}
      \(start)"image_path":"nowhere.png"}

      """
    let result = try run.tool().run(input: input + run.rows(2))
    #expect(result.status == 1, "\(result)")
    #expect(
      try GeminiRun.codes(result) == [
        "bad_row", "missing_field", "missing_field", "missing_field", "", "", "not_an_image",
        "not_an_image", "not_an_image", "not_an_image", "not_an_image", "image_unreadable", "", "",
      ])
    #expect(result.errors.contains("vqa-gemini: <stdin>:7: text: not a PNG"))
    #expect(try server.stats().requests == 4)
    let answers = try GeminiRun.objects(result)[4...5].map { $0["descriptive_answer"] as? String }
    #expect(answers[0]?.hasPrefix("7. ") == true && answers[1]?.hasPrefix("true. ") == true)
  }

  @Test func whatTheCommandLineSaysIsCheckedAtOnce() throws {
    let run = try GeminiRun("http://127.0.0.1:9")
    try run.scratch.write("no place for it", to: "prompt")
    let cases: [(arguments: [String], status: Int32, words: String)] = [
      (["--base-url", "http://example.org"], 2, "must be https"),
      (["--keys", "nowhere"], 2, "nowhere: No such file"),
      (["--keys", "AIzaSy0123456789"], 2, "--keys: No such file"),
      (["--prompt", "prompt"], 2, "prompt: the prompt has no {question} in it"),
      (["--rpm", "0"], 64, "--rpm must be 1 or more"),
      (["--model", "../x"], 64, "not the name of a model"),
      (["nowhere.jsonl"], 2, "nowhere.jsonl: No such file"),
    ]
    for (arguments, status, words) in cases {
      let result = try run.tool(arguments).run()
      #expect(result.status == status && result.errors.contains(words), "\(result)")
    }
  }

  @Test func promptAndInstructionAreTheUsers() throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    try run.scratch.write("Q {question}\nReference Answer: {answer}", to: "prompt")
    try run.scratch.write("", to: "system")
    let result = try run.tool(["--prompt", "prompt", "--system", "system"])
      .run(input: run.rows(1))
    #expect(result.status == 0, "\(result)")
    // 40 bytes of prompt at four a token, and the picture.
    let words = "Q question 0?\nReference Answer: Yes"
    #expect(try server.rows().first?.promptTokens == 1120 + (words.utf8.count + 3) / 4)
  }
}
