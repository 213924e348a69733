import Foundation
import TestSupport
import Testing

@testable import vqa_merge

/// `--card`: what the Hub reads of it, and what people do.
@Suite struct CardTests {
  /// The YAML between the marks, as Python's YAML reader sees it.
  private func header(_ card: String) throws -> String {
    let result = try Python.code(
      "import sys, json, yaml; print(json.dumps(yaml.safe_load(sys.stdin.read().split('---')[1])))"
    ).run(input: card)
    try #require(result.status == 0, "\(result)")
    return result.output.trimmingCharacters(in: .newlines)
  }

  @Test func theCardSaysWhatTheResultIs() throws {
    let scratch = try Scratch()
    let gemini =
      #","gemini":{"model":"gemini-x","model_version":"gemini-x-001","finish_reason":"STOP","#
      + #""usage":{"totalTokenCount":7}}}"#
    let rows = [
      TestRow(0).line.dropLast() + gemini, TestRow(1).line.dropLast() + gemini,
      TestRow(0, image: "bb", split: "te|st<b>").line[...], TestRow(9).failed.line[...],
    ].joined(separator: "\n")
    let verdicts = ["anna", "b|en"].map { ReviewTests.verdict("accept", of: TestRow(0), by: $0) }
    let reviews = try scratch.write(verdicts.joined(), to: "reviews")
    let result = try merge(
      [
        "--format", "messages", "-o", scratch.path("chats.jsonl"), "--card",
        scratch.path("README.md"), "--license", "cc0-1.0", "--prompt",
        try scratch.write("abc", to: "prompt"), "--reviews", reviews,
      ], input: rows)
    #expect(result.status == 1, "\(result)")
    let card = String(decoding: try scratch.read("README.md"), as: UTF8.self)
    #expect(
      try header(card) == #"{"license": "cc0-1.0", "task_categories": ["#
        + #""visual-question-answering"], "size_categories": ["n<1K"], "configs": [{"#
        + #""config_name": "default", "data_files": [{"split": "train", "path": ["chats.jsonl"]}]}]}"#
    )
    for line in [
      "3 pairs on 2 images", "| train | 2 |", "| te\\|st&lt;b\\> | 1 |",
      "| gemini-x (gemini-x-001) | 2 |", "| unknown | 1 |", "| totalTokenCount | 14 |",
      "not part of this: 1.", "| blocked | 1 |",
      "`ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad`",
      "Answers that begin with the reference: 3 of 3.", "| same_text | 3 |", "| accept | 2 |",
      "| b\\|en | 1 |", "anna and b\\|en agree on 1 of 1 answers.",
    ] {
      #expect(card.contains(line), "\(line): \(card)")
    }
  }

  /// Rows of earlier versions do not tell it, and rows can hold anything.
  @Test func theCardNamesThePromptsThatRowsTell() throws {
    let scratch = try Scratch()
    let told = #","gemini":{"prompt_sha256":"ab12","system_sha256":"c|d"}}"#
    let rows = [
      TestRow(0).line.dropLast() + told, TestRow(1).line.dropLast() + told,
      TestRow(2).line.dropLast() + #","gemini":{"prompt_sha256":7,"system_sha256":null}}"#,
    ]
    let arguments = ["-o", scratch.path("out.json"), "--card", scratch.path("card")]
    #expect(try merge(arguments, input: rows.joined(separator: "\n")).status == 0)
    let card = String(decoding: try scratch.read("card"), as: UTF8.self)
    let prompts = "### Prompts\n\n| SHA-256 | pairs |\n|---|---:|\n| ab12 | 2 |\n| unknown | 1 |\n"
    #expect(card.contains(prompts), "\(card)")
    #expect(card.contains("### System instructions\n"), "\(card)")
    #expect(card.contains("| c\\|d | 2 |\n| unknown | 1 |\n"), "\(card)")
    #expect(try merge(arguments, input: lines(TestRow(0))).status == 0)
    let silent = String(decoding: try scratch.read("card"), as: UTF8.self)
    #expect(!silent.contains("Prompts") && !silent.contains("System"), "\(silent)")
  }

  @Test func filesAreNamedFromTheCardsFolder() throws {
    let scratch = try Scratch()
    for (output, named) in [("data/x.jsonl", "data/x.jsonl"), ("../x.jsonl", "../x.jsonl")] {
      try FileManager.default.createDirectory(
        at: scratch.url.appending(path: "hub/data"), withIntermediateDirectories: true)
      let result = try merge(
        [
          "--format", "messages", "-o", scratch.path("hub/\(output)"), "--card",
          scratch.path("hub/README.md"),
        ], input: lines(TestRow(0)))
      #expect(result.status == 0, "\(result)")
      let card = String(decoding: try scratch.read("hub/README.md"), as: UTF8.self)
      #expect(card.contains("    - \"\(named)\"\n"), "\(card)")
    }
  }

  @Test func itStandsAndFallsWithTheResult() throws {
    let scratch = try Scratch()
    try scratch.write("old", to: "README.md")
    let arguments = ["-o", scratch.path("out.json"), "--card", scratch.path("README.md")]
    #expect(try merge(arguments).status == 2)
    #expect(try merge(arguments + ["--expect", "3"], input: lines(TestRow(0))).status == 2)
    #expect(try scratch.list() == ["README.md"])
    #expect(try scratch.read("README.md") == Data("old".utf8))
    #expect(try merge(["--license", "mit"]).status == 64)
    #expect(try merge(["-o", "x", "--card", "./x"]).status == 64)
  }

  @Test(arguments: [
    (0, "n<1K"), (999, "n<1K"), (1_000, "1K<n<10K"), (99_999, "10K<n<100K"),
    (100_000_000, "100M<n<1B"),
  ])
  func sizesHaveTheHubsClasses(count: Int, name: String) {
    #expect(DataCard.sizeCategory(count) == name)
  }
}
