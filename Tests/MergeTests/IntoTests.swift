import Foundation
import TestSupport
import Testing

/// `--into`: an earlier result grows, wherever it came from.
@Suite struct IntoTests {
  @Test(arguments: 1...4)
  func wildRowsAreAddedAsByPython(seed: Int) throws {
    let scratch = try Scratch()
    let rows = try Python.script("Tests/MergeTests/oracle/rows.py", ["\(seed)", "240", "finite"])
      .run().lines
    // Some lines are in both halves, so that pairs are answered anew.
    let first = try scratch.write(rows.prefix(300).joined(separator: "\n"), to: "first")
    let second = try scratch.write(rows[150...].joined(separator: "\n"), to: "second")
    try scratch.write(oracle([first]).stdout, to: "old.json")
    try scratch.write(oracle([second]).stdout, to: "new.json")
    let expected = try Python.script(
      "Tests/MergeTests/oracle/into.py", [scratch.path("old.json"), scratch.path("new.json")]
    ).run()
    try #require(expected.status == 0, "\(expected)")

    let result = try merge(["--into", scratch.path("old.json"), second, "-o", "-"])
    #expect(result.stdout == expected.stdout, "\(result)")
  }

  @Test func rerunningTheFailedLinesUpdatesYesterdaysFile() throws {
    let scratch = try Scratch()
    let file = scratch.path("result.json")
    let rows = (0..<6).map { TestRow($0, image: $0 < 4 ? "aa" : "bb") }
    let yesterday = rows.map { ($0.row == 2 || $0.row == 5 ? $0.failed : $0).line + "\n" }
    let first = try merge(
      ["-o", file, "--failed", scratch.path("failed")], input: yesterday.joined())
    #expect(first.status == 1)

    let again = String(decoding: try scratch.read("failed"), as: UTF8.self)
      .replacingOccurrences(
        of: #""error":{"stage":"vqa-gemini","code":"blocked","message":"no"}"#,
        with: #""descriptive_answer":"Now. Explanation: it was.""#)
    let second = try merge(["--into", file], input: again)
    #expect(second.status == 0, "\(second)")
    #expect(second.output.isEmpty)
    #expect(second.errors.contains("2 rows: 6 answers on 2 images"))
    let text = String(decoding: try scratch.read("result.json"), as: UTF8.self)
    let questions = text.matches(of: #/Question (\d)/#).map { String($0.output.1) }
    #expect(questions == ["0", "1", "3", "2", "4", "5"])

    // The same rows once more change nothing.
    _ = try merge(["--into", file], input: again)
    #expect(String(decoding: try scratch.read("result.json"), as: UTF8.self) == text)
  }

  @Test func whatTheNotebookLeftIsKept() throws {
    let scratch = try Scratch()
    let old = """
      {"bb": {"image_info": {"size": [3, 4], "split": "test"}, "image_path": "i/bb.png",
        "qa_pairs": []},
       "a\\u0061": {"image_path": "i/é.png", "qa_pairs": [{"question": "?", "split": "train",
        "original_answer": 7, "descriptive_answer": null}, {"question": "!",
        "original_answer": "x", "descriptive_answer": ""}],
        "image_info": {"split": "dev", "size": [1, 2]}}}
      """
    let file = try scratch.write(old, to: "old.json")
    let result = try merge(["--into", file, "-o", "-", "--compact"])
    #expect(result.status == 0, "\(result)")
    #expect(
      result.output == #"{"bb":{"image_info":{"size":[3,4],"split":"test"},"#
        + #""image_path":"i/bb.png","qa_pairs":[]},"#
        + #""aa":{"image_info":{"size":[1,2],"split":"dev"},"image_path":"i/\u00e9.png","#
        + #""qa_pairs":[{"question":"?","original_answer":7,"descriptive_answer":null,"#
        + #""split":"train"},{"question":"!","original_answer":"x","descriptive_answer":"","#
        + #""split":"dev"}]}}"#)
    let indented = try merge(["--into", file, "-o", "-"])
    let python = try Python.code(
      "import json,sys; print(json.dumps(json.loads(sys.stdin.read()), indent=2), end='')"
    ).run(input: indented.output)
    #expect(indented.output == python.output)
  }

  @Test func anEarlierResultThatIsNoneIsLeftAlone() throws {
    let scratch = try Scratch()
    let image = #""image_info":{"size":[1,2],"split":"train"},"image_path":"p""#
    let cases = [
      ("", "ends early"), ("[]", "not a JSON object"),
      ("{\"a\":{\(image),\"qa_pairs\":[]}", "ends early"),
      ("{} {}", "more text"), ("{\"a\":{\(image),\"qa_pairs\":[],}}", "image \"a\": "),
      ("{\"a\":{\(image),\"qa_pairs\":[]},}", "no image hash"), ("{\"a\" 1}", "without a ':'"),
      ("{\"a\":{\(image),\"qa_pairs\":[],\"note\":1}}", "'note' is not known"),
      ("{\"a\":{\(image)}}", "no list of qa_pairs"), ("{\"a\":[}}", "image \"a\": "),
      ("{\"a\":{\(image),\"qa_pairs\":[{\"question\":\"\"}]}}", "no sound answer"),
      ("{\"a\":{\"image_info\":{},\"image_path\":\"\",\"qa_pairs\":[]}}", "no sound image_size"),
    ]
    for (text, message) in cases {
      let file = try scratch.write(text, to: "old.json")
      let result = try merge(["--into", file])
      #expect(result.status == 2, "\(text): \(result)")
      #expect(result.errors.hasPrefix("vqa-merge: \(file): "), "\(text): \(result)")
      #expect(result.errors.contains(message), "\(text): \(result)")
      #expect(try scratch.read("old.json") == Data(text.utf8))
      #expect(try scratch.list() == ["old.json"])
    }
  }

  @Test func aContradictionWithTheEarlierResultNamesBoth() throws {
    let scratch = try Scratch()
    let file = scratch.path("old.json")
    _ = try merge(["-o", file], input: lines(TestRow(0), TestRow(1)))
    let result = try merge(["--into", file], input: lines(TestRow(2).with(\.size, "[1,1]")))
    #expect(result.status == 2)
    #expect(
      result.errors.contains("\(file), pair 1 and <stdin>:1: two sizes or paths of one image: aa"))
  }
}
