import Foundation
import TestSupport
import Testing

/// `--format`: each is loaded by the library that it is for.
@Suite struct FormatTests {
  /// Two images of one colour each, and rows on them.
  private func prepare() throws -> (scratch: Scratch, rows: String) {
    let scratch = try Scratch()
    let drawn = try Python.code(
      """
      import os, sys
      from PIL import Image
      os.mkdir(sys.argv[1] + "/i")
      for name, size, colour in [("aa", (4, 3), (10, 20, 30)), ("b\\u00e4", (2, 5), (40, 50, 60))]:
          Image.new("RGB", size, colour).save(f"{sys.argv[1]}/i/{name}.png")
      """, [scratch.url.path]
    ).run()
    try #require(drawn.status == 0, "\(drawn)")
    let rows = [
      TestRow(2, image: "bä").with(\.size, "[2,5]").with(\.split, "test"),
      TestRow(0).with(\.size, "[4,3]").with(\.question, #"Is \"it\" \ud83d\ude00\n?"#),
      TestRow(1).with(\.size, "[4,3]").with(\.id, nil), TestRow(3).with(\.size, "[4,3]").failed,
    ]
    let number = rows[0].line.replacingOccurrences(of: #""answer":"Yes""#, with: #""answer":7"#)
    return (scratch, ([number] + rows.dropFirst().map(\.line)).joined(separator: "\n"))
  }

  private func load(_ format: String, as name: String, expected: String) throws {
    let (scratch, rows) = try prepare()
    for spelling in ["yes", "no"] {
      var tool = Command.tool(
        "vqa-merge", ["--format", format, "--ensure-ascii", spelling, "-o", name])
      tool.directory = scratch.url
      let result = try tool.run(input: rows)
      #expect(result.status == 1, "\(result)")
      var loader = try Python.script("Tests/MergeTests/oracle/load.py", [format, name])
      loader.directory = scratch.url
      let loaded = try loader.run()
      #expect(loaded.output == expected + "\n", "\(loaded)")
    }
  }

  @Test func messagesAreLoaded() throws {
    try load(
      "messages", as: "chats.jsonl",
      expected: #"[[[4, 3, 10, 20, 30], "Is \"it\" \ud83d\ude00\n?", "Yes. Explanation: it is."], "#
        + #"[[4, 3, 10, 20, 30], "Question 1?", "Yes. Explanation: it is."], "#
        + #"[[2, 5, 40, 50, 60], "Question 2?", "Yes. Explanation: it is."]]"#)
  }

  @Test func conversationsAreLoaded() throws {
    try load(
      "llava", as: "llava.json",
      expected:
        #"[["train/0", [4, 3, 10, 20, 30], "<image>\nIs \"it\" \ud83d\ude00\n?", "#
        + #""Yes. Explanation: it is."], "#
        + #"["train/1", [4, 3, 10, 20, 30], "<image>\nQuestion 1?", "Yes. Explanation: it is."], "#
        + #"["train/2", [2, 5, 40, 50, 60], "<image>\nQuestion 2?", "Yes. Explanation: it is."]]"#)
  }

  @Test func anImageFolderIsLoaded() throws {
    for name in ["metadata.jsonl", "i/metadata.jsonl"] {
      try load(
        "imagefolder", as: name,
        expected: #"[[[4, 3, 10, 20, 30], "Is \"it\" \ud83d\ude00\n?", "Yes", "#
          + #""Yes. Explanation: it is.", "train"], "#
          + #"[[4, 3, 10, 20, 30], "Question 1?", "Yes", "Yes. Explanation: it is.", "train"], "#
          + #"[[2, 5, 40, 50, 60], "Question 2?", "7", "Yes. Explanation: it is.", "test"]]"#)
    }
  }

  @Test func imagesOutsideTheFolderAreRefused() throws {
    let scratch = try Scratch()
    let result = try merge(
      ["--format", "imagefolder", "-o", scratch.path("metadata.jsonl")], input: lines(TestRow(0)))
    #expect(result.status == 2)
    #expect(
      result.errors.contains("i/aa.png: not below \(scratch.url.path), where"), "\(result)")
    #expect(try scratch.list().isEmpty)
  }

  @Test func nothingIsAnEmptyFile() throws {
    #expect(try merge(["--format", "messages"]).output.isEmpty)
    #expect(try merge(["--format", "imagefolder"]).output.isEmpty)
    #expect(try merge(["--format", "llava"]).output == "[]\n")
  }

  @Test func optionsThatContradictAreAUsageError() throws {
    for arguments in [
      ["--compact", "--format", "llava"], ["--into", "x", "--format", "messages"],
    ] {
      #expect(try merge(arguments).status == 64)
    }
  }

  @Test func anEarlierResultBecomesSamples() throws {
    let scratch = try Scratch()
    let file = scratch.path("old.json")
    _ = try merge(["-o", file], input: lines(TestRow(0), TestRow(1)))
    let result = try merge(["--into", file, "--format", "llava", "-o", "-"], input: "")
    #expect(result.lines.count == 4, "\(result)")
    #expect(result.output.contains(#"{"id":"aa","image":"i/aa.png","conversations":["#))
  }
}
