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
      os.mkdir(sys.argv[1] + "/d")
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

  private func load(
    _ format: String, as name: String, _ options: [String] = [], from loaded: String? = nil,
    expected: String
  ) throws {
    let (scratch, rows) = try prepare()
    for spelling in ["yes", "no"] {
      var tool = Command.tool(
        "vqa-merge", ["--format", format, "--ensure-ascii", spelling, "-o", name] + options)
      tool.directory = scratch.url
      let result = try tool.run(input: rows)
      #expect(result.status == 1, "\(result)")
      var loader = try Python.script("Tests/MergeTests/oracle/load.py", [format, loaded ?? name])
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

  /// What LLaMA-Factory sees.
  private static let conversations =
    #"[[[4, 3, 10, 20, 30], "<image>\nIs \"it\" \ud83d\ude00\n?", "Yes. Explanation: it is."], "#
    + #"[[4, 3, 10, 20, 30], "<image>\nQuestion 1?", "Yes. Explanation: it is."], "#
    + #"[[2, 5, 40, 50, 60], "<image>\nQuestion 2?", "Yes. Explanation: it is."]]"#

  @Test(arguments: [("train.jsonl", []), ("d/train.jsonl", []), ("t.jsonl", ["--absolute-paths"])])
  func shareGPTIsLoaded(name: String, options: [String]) throws {
    try load("sharegpt", as: name, options, expected: Self.conversations)
  }

  @Test func parquetIsLoaded() throws {
    let expected =
      #"[[[4, 3, 10, 20, 30], "Is \"it\" \ud83d\ude00\n?", "Yes", "#
      + #""Yes. Explanation: it is.", "train", "train/0", "aa"], "#
      + #"[[4, 3, 10, 20, 30], "Question 1?", "Yes", "Yes. Explanation: it is.", "train", "#
      + #""train/1", "aa"], [[2, 5, 40, 50, 60], "Question 2?", "7", "Yes. Explanation: it is.", "#
      + #""test", "train/2", "b\u00e4"]]"#
    try load("parquet", as: "all.parquet", expected: expected)
    try load(
      "parquet", as: "d/all.parquet", ["--max-shard-size", "1KB"], from: "d/all-*-of-*.parquet",
      expected: expected)
  }

  @Test func aSampleHasOneMarkWhateverItsTextsHold() throws {
    let texts = [
      "<image>", "a <image> b", "<im<image>age>", "<video><audio>", #"<image>\n<image>"#,
      #"\u003cimage\u003e x"#, "<imag\u{65}>", "< image>", "<<image>image>", "<image",
    ]
    let rows = texts.enumerated().map { place, text in
      TestRow(place).with(\.question, text).with(\.answer, "Yes. " + text).line + "\n"
    }.joined()
    for format in ["sharegpt", "llava"] {
      let result = try merge(["--format", format], input: rows)
      let samples = result.lines.filter { $0.hasPrefix("{") }
      #expect(samples.count == texts.count)
      for sample in samples {
        #expect(sample.matches(of: #/<image>/#).count == 1, "\(sample)")
        #expect(sample.contains(#""value":"<image>\n"#))
        #expect(!sample.contains("<video>") && !sample.contains("<audio>"))
      }
    }
    // LLaVA's chat template writes a part of type "image" as a mark.
    let chats = try merge(["--format", "messages"], input: rows)
    #expect(chats.lines.count == texts.count)
    for chat in chats.lines {
      #expect(!chat.contains("<image>") && !chat.contains("<video>") && !chat.contains("<audio>"))
      #expect(chat.matches(of: #/{"type":"image"}/#).count == 1, "\(chat)")
    }
  }

  @Test func otherDataSetsOfTheFolderStayDescribed() throws {
    let scratch = try Scratch()
    try scratch.write(
      #"{"mine": {"file_name": "x", "n": 1e400}, "train": {"old": true}}"#, to: "dataset_info.json")
    for name in ["train", "test"] {
      let result = try merge(
        ["--format", "sharegpt", "-o", scratch.path("\(name).jsonl")], input: lines(TestRow(0)))
      #expect(result.status == 0, "\(result)")
    }
    let text = String(decoding: try scratch.read("dataset_info.json"), as: UTF8.self)
    #expect(text.hasPrefix("{\n  \"mine\": {\"file_name\": \"x\", \"n\": 1e400},\n"))
    #expect(text.matches(of: #/"file_name": "t(rain|est).jsonl"/#).count == 2, "\(text)")
    #expect(!text.contains("old"))

    try scratch.write("[1]", to: "dataset_info.json")
    let refused = try merge(
      ["--format", "sharegpt", "-o", scratch.path("new.jsonl")], input: lines(TestRow(0)))
    #expect(refused.status == 2)
    #expect(refused.errors.contains("dataset_info.json: not a JSON object"), "\(refused)")
    try FileManager.default.removeItem(atPath: scratch.path("dataset_info.json"))
    try #require(unsafe mkfifo(scratch.path("dataset_info.json"), 0o600) == 0)
    let pipe = try merge(
      ["--format", "sharegpt", "-o", scratch.path("new.jsonl")], input: lines(TestRow(0)))
    #expect(pipe.status == 2, "\(pipe)")
    #expect(pipe.errors.hasSuffix("dataset_info.json: not a plain file\n"), "\(pipe)")
    #expect(try !scratch.list().contains("new.jsonl"))
  }

  @Test func onlyPicturesAreEmbedded() throws {
    let scratch = try Scratch()
    try scratch.write("secret", to: "text")
    let pipe = scratch.path("pipe")
    let made = unsafe mkfifo(pipe, 0o600)
    #expect(made == 0)
    for (path, message) in [
      (scratch.path("text"), "not a picture"), (scratch.path("none"), "No such file"),
      (scratch.url.path, "Is a directory"), (pipe, "not a plain file"),
    ] {
      let output = scratch.path("out.parquet")
      let result = try merge(
        ["--format", "parquet", "-o", output], input: lines(TestRow(0).with(\.path, path)))
      #expect(result.status == 2)
      #expect(result.errors.contains("\(path): \(message)"), "\(result)")
      #expect(try !scratch.list().contains("out.parquet"))
    }
  }

  @Test func shardsOfAnotherRunAreNotMixedIn() throws {
    let (scratch, rows) = try prepare()
    func run(_ size: String) throws -> CommandResult {
      var tool = Command.tool(
        "vqa-merge", ["--format", "parquet", "--max-shard-size", size, "-o", "all.parquet"])
      tool.directory = scratch.url
      return try tool.run(input: rows)
    }
    #expect(try run("1").status == 1)
    let names = [
      "all-00000-of-00003.parquet", "all-00001-of-00003.parquet", "all-00002-of-00003.parquet",
    ]
    #expect(try scratch.list().filter { $0.hasSuffix("parquet") } == names)
    #expect(try run("1").status == 1)
    let other = try run("1GB")
    #expect(other.status == 2)
    #expect(other.errors.contains("is of another run with 3 files"), "\(other)")
    #expect(try scratch.list().filter { $0.hasSuffix("parquet") } == names)
    func runWhole() throws -> CommandResult {
      var tool = Command.tool("vqa-merge", ["--format", "parquet", "-o", "all.parquet"])
      tool.directory = scratch.url
      return try tool.run(input: rows)
    }
    let whole = try runWhole()
    #expect(whole.status == 2)
    #expect(whole.errors.contains("is of another run with 3 files"), "\(whole)")
    for name in names { try FileManager.default.removeItem(atPath: scratch.path(name)) }
    #expect(try runWhole().status == 1)
    let parts = try run("1")
    #expect(parts.status == 2)
    #expect(parts.errors.contains("all.parquet is of another run"), "\(parts)")
    #expect(try scratch.list().filter { $0.hasSuffix("parquet") } == ["all.parquet"])
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
      ["--absolute-paths"], ["--absolute-paths", "--format", "parquet", "-o", "x"],
      ["--max-shard-size", "1MB", "--format", "parquet"], ["--max-shard-size", "1MB", "-o", "x"],
      ["--max-shard-size", "0", "--format", "parquet", "-o", "x"],
      ["--max-shard-size", "1PB", "--format", "parquet", "-o", "x"],
    ] {
      #expect(try merge(arguments).status == 64)
    }
  }

  @Test func anEarlierResultBecomesSamples() throws {
    let scratch = try Scratch()
    let file = scratch.path("old.json")
    _ = try merge(["-o", file], input: lines(TestRow(0), TestRow(1)))
    let result = try merge(["--into", file, "--format", "llava", "-o", "-"])
    #expect(result.lines.count == 4, "\(result)")
    #expect(result.output.contains(#"{"id":"aa","image":"i/aa.png","conversations":["#))
  }
}
