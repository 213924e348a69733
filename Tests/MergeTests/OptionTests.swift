import Foundation
import TestSupport
import Testing

/// `--ensure-ascii`, `--compact` and `--stats`.
@Suite struct OptionTests {
  @Test(arguments: [
    ["--ensure-ascii", "no"], ["--compact"], ["--compact", "--ensure-ascii", "no"],
  ])
  func otherSpellingsAreThoseOfPython(options: [String]) throws {
    let scratch = try Scratch()
    let rows = try Python.script("Tests/MergeTests/oracle/rows.py", ["9", "200"]).run()
    let file = try scratch.write(rows.stdout, to: "rows.jsonl")
    let theirs = try oracle([file] + options)
    try #require(theirs.status == 0, "\(theirs)")
    #expect(try merge([file] + options).stdout == theirs.stdout)
    let empty = try scratch.write("", to: "empty")
    #expect(try merge([empty] + options).output == "{}")
  }

  @Test func statisticsCountWhatEntersTheResult() throws {
    let scratch = try Scratch()
    func gemini(_ reason: String, _ prompt: Int, _ total: Int) -> String {
      #""gemini":{"finish_reason":"\#(reason)","usage":{"promptTokenCount":\#(prompt),"#
        + #""totalTokenCount":\#(total),"details":[]}}}"#
    }
    func answered(_ row: TestRow, _ gemini: String) -> String {
      row.line.dropLast() + "," + gemini
    }
    let rows = [
      answered(TestRow(0), gemini("STOP", 10, 15)), answered(TestRow(0), gemini("STOP", 20, 25)),
      answered(TestRow(1), gemini("OTHER", 1, 2)),
      TestRow(0, image: "bb", split: "test").line, TestRow(7).failed.line,
      TestRow(8).with(\.answer, nil).line, "no row", TestRow(0).failed.line,
    ].joined(separator: "\n")
    let result = try merge(
      ["--stats", scratch.path("stats.json")], input: rows)
    #expect(result.status == 1)
    let expected =
      #"{"rows":8,"images":2,"pairs":3,"duplicates":2,"unanswered":3,"#
      + #""splits":{"test":1,"train":2},"finish_reasons":{"OTHER":1,"STOP":1,"unknown":1},"#
      + #""usage":{"promptTokenCount":21,"totalTokenCount":27},"#
      + #""failures":{"bad_row":1,"blocked":1,"no_answer":1}}"# + "\n"
    #expect(String(decoding: try scratch.read("stats.json"), as: UTF8.self) == expected)
    let told = try merge(["--stats", "-", "-q"], input: rows)
    #expect(told.errors.hasSuffix(expected))
  }

  @Test func thePromptIsAnInputThatNoOutputReplaces() throws {
    let scratch = try Scratch()
    let prompt = try scratch.write("{question}", to: "prompt")
    for output in [["--card", prompt], ["--card", scratch.path("card"), "-o", prompt]] {
      let result = try merge(output + ["--prompt", prompt], input: lines(TestRow(0)))
      #expect(result.status == 64)
      #expect(result.errors.contains("would overwrite an input: \(prompt)"), "\(result)")
      #expect(try scratch.read("prompt") == Data("{question}".utf8))
    }
  }
}
