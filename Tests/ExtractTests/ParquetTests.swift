import Foundation
import TestSupport
import Testing

/// The built tool on Parquet files, against pyarrow.
struct ParquetRowTests {
  /// The two layouts met on the Hub: images in a dictionary under Snappy, and plain without codec.
  @Test(arguments: ["train", "test"])
  func writesTheRowsThatPyarrowReads(split: String) throws {
    let sample = Command.sourceRoot.appending(path: "pipelines/sample/data")
    let path = sample.appending(path: "\(split)-00000-of-00001.parquet").path
    let expected = try Python.script("Tests/ExtractTests/oracle/rows.py", [path, split]).run()
    try #require(expected.status == 0, "\(expected)")
    let result = try Command.tool("vqa-extract", [path, "--split", split]).run()
    #expect(result.status == 0, "\(result)")
    #expect(!result.lines.isEmpty)
    #expect(result.output == expected.output)
  }

  /// As JSON spells them; what it has no number for is a string.
  private static let spellings = [
    ("string", [#""yes""#, #""a \"b\"\n""#, #""größer 肺""#, "null"]),
    ("large", [#""yes""#, #""no""#, #""""#, "null"]),
    ("view", [#""yes""#, #""a string that is longer than twelve bytes""#, #""""#, "null"]),
    ("bytes", [#""yes""#, #""no""#, #""größer\u0000""#, "null"]),
    ("integer", ["1", "-9223372036854775808", "9223372036854775807", "null"]),
    ("unsigned", ["1", "0", "18446744073709551615", "null"]),
    ("small", ["1", "-128", "127", "null"]),
    ("double", ["0.1", "1e+300", "-2.5e-10", "null"]),
    ("strange", [#""nan""#, #""inf""#, #""-inf""#, "null"]),
    ("float", ["0.5", "-0.0", "3.0", "null"]),
    ("half", ["0.5", "-2.0", "65504.0", "null"]),
    ("boolean", ["true", "false", "true", "null"]),
    ("decimal", ["-12.50", "0.05", "7.00", "null"]),
    ("date", [#""1969-12-31""#, #""2024-02-29""#, #""0001-01-01""#, "null"]),
    ("category", [#""yes""#, #""no""#, #""yes""#, "null"]),
    ("nothing", ["null", "null", "null", "null"]),
  ]

  @Test func spellsEveryTypeOfAnswer() throws {
    let files = try MadeFiles()
    for (column, expected) in Self.spellings {
      let rows = try files.rows("types.parquet", "--answer-column", column)
      #expect(spelled("answer", before: "image", rows) == expected, "\(column)")
    }
  }

  /// Doubles of any bits, and those that Swift and Python spell differently;
  /// floats above 2^24 likewise.
  @Test func fractionsAreSpelledAsByPython() throws {
    let scratch = try Scratch()
    let made = try Python.code(
      """
      import json, random, struct, sys
      import pyarrow as pa, pyarrow.parquet as pq
      random.seed(53)
      bits = lambda: struct.unpack("<d", struct.pack("<Q", random.getrandbits(64)))[0]
      values = [v for v in (bits() for _ in range(40_000)) if v == v and abs(v) != float("inf")]
      values += [sign * random.uniform(2.0**53, 1e16) for _ in range(10_000) for sign in (1, -1)]
      large = pa.array([random.uniform(2.0**24, 1e16) for _ in range(len(values))], pa.float32())
      table = pa.table({"question": [""] * len(values), "answer": values, "image": ["a"] * len(values),
                        "large": large})
      pq.write_table(table, sys.argv[1])
      for value, other in zip(values, large.to_pylist()):
          print(f'"answer":{json.dumps(value)},"image":{{"path":"a"}},"large":{json.dumps(other)}}}')
      """, [scratch.path("d.parquet")]
    ).run()
    try #require(made.status == 0, "\(made)")
    var extract = Command.tool("vqa-extract", ["-q", "--keep", "large", "d.parquet"])
    extract.directory = scratch.url
    let rows = try extract.run()
    let wrong = zip(rows.lines, made.lines).filter { !$0.hasSuffix($1) }
    #expect(rows.lines.count == made.lines.count && rows.lines.count > 55_000)
    #expect(wrong.isEmpty, "\(wrong.count), such as \(wrong.prefix(3))")
  }

  @Test func carriesNullsAlong() throws {
    let rows = try MadeFiles().rows("types.parquet", "--answer-column", "string")
    #expect(
      rows.map { $0.drop { $0 != "q" } } == [
        #"question":"a?","answer":"yes","image":{"bytes":"b25l","path":"1.png"}}"#,
        #"question":"b?","answer":"a \"b\"\n","image":{"bytes":"dHdv"}}"#,
        #"question":"c?","answer":"größer 肺","image":{"path":"3.png"}}"#,
        #"question":null,"answer":null,"image":null}"#,
      ])
  }

  @Test func countsThroughTheFilesOfASplit() throws {
    let files = try MadeFiles()
    let names = (0..<3).map { "train-0000\($0)-of-00003.parquet" }
    let rows = try files.rows(names[0], names[1], names[2])
    #expect(try values("id", rows) == (0..<12).map { "train/\($0)" })
    #expect(try values("question", rows) == (0..<12).map { "train \($0)" })
    for (offset, limit) in [(0, 3), (1, 1), (4, 3), (5, 7), (11, 9), (12, 1), (90, 1), (3, 0)] {
      let some = try files.rows(
        names[0], names[1], names[2], "--offset", "\(offset)", "--limit", "\(limit)")
      #expect(some == Array(rows.dropFirst(offset).prefix(limit)), "\(offset) \(limit)")
    }
  }

  @Test func tellsSplitsByTheNamesOfFiles() throws {
    let files = try MadeFiles()
    let all = ["test-00000-of-00001.parquet", "train-00000-of-00003.parquet"]
    let rows = try files.rows(all[0], all[1])
    #expect(try values("id", rows) == (0..<3).map { "test/\($0)" } + (0..<5).map { "train/\($0)" })
    #expect(try files.rows(all[0], all[1], "--split", "test") == Array(rows.prefix(3)))
    #expect(
      try files.rows(all[0], "--id-prefix", "a/").first?.hasPrefix(#"{"id":"a/test/0""#) == true)
    let refused = try files.extract(all[0], "--split", "train")
    #expect(refused.status == 2)
    #expect(
      refused.errors == "vqa-extract: \(all[0]): is of the split test, not train\n")
    let unnamed = try files.rows(
      "odd.parquet", "--question-column", "q", "--answer-column", "a", "--split", "dev")
    #expect(try values("id", unnamed) == (0..<4).map { "dev/\($0)" })
  }
}
