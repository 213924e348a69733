import Foundation
import Shared
import TestSupport
import Testing

@testable import vqa_merge

/// `--reviews`: what verdicts do, and to which answers.
@Suite struct ReviewTests {
  /// A line as the page exports it.
  static func verdict(
    _ kind: String, of row: TestRow, by reviewer: String = "anna", id: String? = nil,
    time: String = "2026-11-25T08:00:00Z"
  ) -> String {
    let answer = Array("\"\(row.answer ?? "")\"".utf8)
    return """
      {"id":\(id ?? row.id.map { "\"\($0)\"" } ?? "null"),"image_hash":"\(row.image)",\
      "verdict":"\(kind)","reasons":["wrong side"],"note":"","reviewer":"\(reviewer)",\
      "time":"\(time)","answer_sha256":"\(AnswerDigest.of(answer.span))"}\n
      """
  }

  /// Runs the tool in a folder with rows.jsonl and v.jsonl.
  private func run(
    _ rows: [TestRow], _ verdicts: [String], _ options: [String] = []
  ) throws -> (CommandResult, Scratch) {
    let scratch = try Scratch()
    try scratch.write(rows.map { $0.line + "\n" }.joined(), to: "rows.jsonl")
    try scratch.write(verdicts.joined(), to: "v.jsonl")
    var tool = Command.tool(
      "vqa-merge", ["rows.jsonl", "--reviews", "v.jsonl", "--failed", "failed"] + options)
    tool.directory = scratch.url
    return (try tool.run(), scratch)
  }

  struct Case: CustomTestStringConvertible {
    let name: String
    let verdicts: [String]
    let isRejected: Bool
    var testDescription: String { name }
  }

  static let row = TestRow(0).with(\.answer, #"Yes. Explanation: \u00fc \ud83d\ude00 \"it\" is."#)
  static let other = row.with(\.answer, "Yes. Explanation: another.")

  static let cases: [Case] = [
    Case(name: "reject", verdicts: [verdict("reject", of: row)], isRejected: true),
    Case(name: "accept", verdicts: [verdict("accept", of: row)], isRejected: false),
    Case(name: "unsure", verdicts: [verdict("unsure", of: row)], isRejected: false),
    Case(name: "another answer", verdicts: [verdict("reject", of: other)], isRejected: false),
    Case(
      name: "another picture", verdicts: [verdict("reject", of: row.with(\.image, "bb"))],
      isRejected: false),
    Case(
      name: "another row", verdicts: [verdict("reject", of: row, id: "\"train/1\"")],
      isRejected: false),
    Case(name: "no id", verdicts: [verdict("reject", of: row, id: "null")], isRejected: true),
    Case(
      name: "one of two reviewers",
      verdicts: [verdict("accept", of: row), verdict("reject", of: row, by: "ben")],
      isRejected: true),
    Case(
      name: "withdrawn",
      verdicts: [
        verdict("accept", of: row, time: "2026-11-25T09:00:00Z"), verdict("reject", of: row),
      ], isRejected: false),
    Case(
      name: "withdrawn, in another time zone",
      verdicts: [
        verdict("accept", of: row, time: "2026-11-25T05:00:00.5-04:00"),
        verdict("reject", of: row, time: "2026-11-25T10:00:00+01:00"),
      ], isRejected: false),
    Case(
      name: "later line", verdicts: [verdict("accept", of: row), verdict("reject", of: row)],
      isRejected: true),
    Case(name: "blank lines", verdicts: ["\n \n", verdict("reject", of: row)], isRejected: true),
  ]

  @Test(arguments: cases, ["yes", "no"])
  func aVerdictCountsForItsAnswer(entry: Case, ascii: String) throws {
    let (result, scratch) = try run(
      [Self.row, TestRow(1)], entry.verdicts, ["--ensure-ascii", ascii])
    #expect(result.status == (entry.isRejected ? 1 : 0), "\(result)")
    #expect(result.output.contains("another") == false)
    #expect(result.output.matches(of: #/"descriptive_answer"/#).count == (entry.isRejected ? 1 : 2))
    #expect(try scratch.read("failed").isEmpty == !entry.isRejected)
    if entry.isRejected { #expect(result.errors.contains("train/0: rejected"), "\(result)") }
  }

  @Test func aRejectedRowIsReadyToBeAskedAnew() throws {
    let line =
      Self.row.line.dropLast() + #","gemini":{"model":"m"},"mine" : 1e400,"error":null}"#
    let scratch = try Scratch()
    try scratch.write(line + "\n", to: "rows.jsonl")
    try scratch.write(Self.verdict("reject", of: Self.row), to: "v.jsonl")
    var tool = Command.tool(
      "vqa-merge", ["--reviews", "v.jsonl", "--failed", "rows.jsonl", "--", "rows.jsonl"])
    tool.directory = scratch.url
    #expect(try tool.run().status == 1)
    let failed = String(decoding: try scratch.read("rows.jsonl"), as: UTF8.self)
    #expect(
      failed.hasSuffix(
        #""image_size":[566,555],"error":{"stage":"vqa-gemini","code":"rejected","message":"#
          + #""rejected by anna: wrong side","text":"Yes. Explanation: \u00fc \ud83d\ude00 \"it\" is."}"#
          + #","mine" : 1e400}"# + "\n"), "\(failed)")
    let row = try Row(line: Array(failed.utf8.dropLast()))
    #expect(row[.descriptiveAnswer] == nil && row[.gemini] == nil)
  }

  @Test func anAnswerAskedAnewTakesThePlace() throws {
    let rows = [Self.row, TestRow(1), Self.other]
    for rows in [rows, rows.reversed()] {
      let (result, scratch) = try run(rows, [Self.verdict("reject", of: Self.row)])
      #expect(result.status == 0, "\(result)")
      #expect(result.output.contains("another."))
      #expect(try scratch.read("failed").isEmpty)
    }
  }

  @Test func pairsOfAnEarlierResultAreRejectedToo() throws {
    let scratch = try Scratch()
    let old = scratch.path("old.json")
    _ = try merge(
      ["-o", old], input: lines(Self.row, TestRow(1), TestRow(0, image: "bb", split: "test")))
    try scratch.write(Self.verdict("reject", of: Self.row), to: "v.jsonl")
    let options = [
      "--into", old, "--reviews", scratch.path("v.jsonl"), "--failed", scratch.path("failed"),
      "--expect",
    ]
    let result = try merge(options + ["0"])
    #expect(result.status == 1, "\(result)")
    let kept = String(
      decoding: try scratch.read(old.split(separator: "/").last.map(String.init) ?? ""),
      as: UTF8.self)
    #expect(!kept.contains("ud83d") && kept.contains("Question 1?"))
    let failed = String(decoding: try scratch.read("failed"), as: UTF8.self)
    #expect(
      failed.hasPrefix(
        #"{"split":"train","question":"Question 0?","answer":"Yes","image_hash":"aa","#
          + #""image_path":"i/aa.png","image_size":[566,555],"error":{"stage":"vqa-gemini","#),
      "\(failed)")
    // Answered anew, the pair is back in its place.
    _ = try merge(["-o", old], input: lines(Self.row, TestRow(1)))
    #expect(try merge(options + ["1"], input: lines(Self.other)).status == 0)
    let again = String(decoding: try scratch.read("old.json"), as: UTF8.self)
    let places = ["another.", "Question 1?"].map { again.firstRange(of: $0)?.lowerBound }
    #expect(try #require(places[0]) < #require(places[1]))
  }

  @Test func twoReviewersAreCompared() throws {
    let rows = (0..<5).map { TestRow($0).with(\.answer, "Yes. Explanation: number \($0).") }
    let anna = ["accept", "reject", "accept", "unsure"]
    let ben = ["accept", "reject", "reject", "unsure"]
    let verdicts =
      zip(rows, anna).map { Self.verdict($1, of: $0) }
      + zip(rows, ben).map { Self.verdict($1, of: $0, by: "ben") }
      + [Self.verdict("accept", of: Self.other)]
    let (result, scratch) = try run(rows, verdicts, ["--stats", "stats"])
    #expect(result.status == 1)
    let stats = String(decoding: try scratch.read("stats"), as: UTF8.self)
    #expect(
      stats.hasSuffix(
        #","failures":{"rejected":2},"reviews":{"verdicts":8,"stale":1,"accept":3,"reject":3,"#
          + #""unsure":2,"reviewers":{"anna":4,"ben":4},"agreement":[{"reviewers":["anna","ben"],"#
          + #""pairs":4,"equal":3,"kappa":0.6363636363636364}],"differences":[{"id":"train/2","#
          + #""image_hash":"aa","verdicts":{"anna":"accept","ben":"reject"}}]}}"# + "\n"),
      "\(stats)")
  }

  @Test func aLongNoteIsCut() throws {
    let line = Self.verdict("reject", of: Self.row).replacingOccurrences(
      of: "wrong side", with: String(repeating: "x", count: 100_000))
    #expect(try Verdict(Array(line.utf8)).grounds.count == 300)
  }

  @Test func filesWithoutNamesAreOfDifferentReviewers() throws {
    let scratch = try Scratch()
    for (name, kind) in [("a.jsonl", "reject"), ("b.jsonl", "accept")] {
      try scratch.write(Self.verdict(kind, of: Self.row, by: ""), to: name)
    }
    let result = try merge(
      ["--stats", "-", "--reviews", scratch.path("a.jsonl"), "--reviews", scratch.path("b.jsonl")],
      input: Self.row.line)
    #expect(result.status == 1)
    #expect(result.errors.contains("train/0: rejected by a.jsonl: wrong side"), "\(result)")
    #expect(result.errors.contains(#""verdicts":{"a.jsonl":"reject","b.jsonl":"accept"}"#))
  }

  /// Kappa by scikit-learn's `cohen_kappa_score`.
  @Test(
    arguments: [
      ("aaaa", "aaaa", nil), ("", "", nil), ("aarr", "aarr", 1.0), ("arar", "rara", -1.0),
      ("aarru", "araru", 0.375), ("aaaaar", "aaaara", -0.2),
    ] as [(String, String, Double?)])
  func kappaIsCohens(first: String, second: String, kappa: Double?) {
    let kinds: [Character: Verdict.Kind] = ["a": .accept, "r": .reject, "u": .unsure]
    let pairs = zip(first, second).map { (kinds[$0] ?? .unsure, kinds[$1] ?? .unsure) }
    let found = ReviewAgreement(["x", "y"], pairs).kappa
    #expect((found == nil) == (kappa == nil))
    if let found, let kappa { #expect(abs(found - kappa) < 1e-12, "\(found)") }
  }

  @Test(arguments: [
    ("{", "v.jsonl:1: "), ("[]", "v.jsonl:1: not a JSON object"),
    (TestRow(0).line, "v.jsonl:1: no verdict; if this is a file of rows"),
    (#"{"verdict":"maybe"}"#, "unknown verdict 'maybe'"),
    (#"{"verdict":"accept"}"#, "no image_hash"),
    (#"{"verdict":"accept","image_hash":"aa"}"#, "no answer_sha256"),
  ])
  func whatIsNoVerdictIsAnError(text: String, message: String) throws {
    let (result, scratch) = try run([TestRow(0)], [text + "\n"], ["-o", "out"])
    #expect(result.status == 2)
    #expect(result.errors.contains(message), "\(result)")
    #expect(try scratch.list() == ["rows.jsonl", "v.jsonl"])
  }

  @Test func namesAreChecked() throws {
    let scratch = try Scratch()
    let file = try scratch.write("", to: "v")
    #expect(try merge(["--reviews", file, "-o", file]).status == 64)
    #expect(try merge(["--reviews", file, "--failed", file]).status == 64)
    #expect(try merge(["--reviews", "-"]).status == 64)
    #expect(try merge(["--reviews", scratch.path("none")]).status == 2)
  }
}
