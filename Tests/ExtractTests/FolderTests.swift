import Foundation
import TestSupport
import Testing

/// Data sets that are not Parquet, against Python's json and csv and `datasets`.
struct FolderTests {
  private func folders(_ name: String = #function) throws -> Scratch {
    let scratch = try Scratch(name)
    let made = try Python.script("Tests/ExtractTests/oracle/make-folders.py", [scratch.url.path])
      .run()
    try #require(made.status == 0, "\(made)")
    return scratch
  }

  private func run(
    _ arguments: [String], in scratch: Scratch, input: String = ""
  ) throws -> CommandResult {
    var command = Command.tool("vqa-extract", arguments)
    command.directory = scratch.url
    return try command.run(input: input)
  }

  /// Sorts the keys, so that rows can be compared as text.
  private func canonical(_ rows: String) throws -> [String] {
    let sorted = try Python.code(
      "import json,sys\nfor l in sys.stdin: print(json.dumps(json.loads(l),sort_keys=True))"
    ).run(input: rows)
    try #require(sorted.status == 0, "\(sorted)")
    return sorted.lines
  }

  private static let operands: [(String, [String])] = [
    ("images", []),
    ("osf.json", ["--images", "images/train", "--keep", "image_organ"]),
    ("rows.csv", ["--keep", "note"]),
    ("rows.tsv", ["--keep", "note"]),
    ("rows.jsonl", []),
  ]

  @Test func writesWhatPythonReads() throws {
    let scratch = try folders()
    for (operand, options) in Self.operands {
      let expected = String(decoding: try scratch.read(operand + ".expected"), as: UTF8.self)
      let result = try run([operand, "--embed"] + options, in: scratch)
      #expect(result.status == 0, "\(result)")
      let rows = try canonical(result.output)
      #expect(rows == expected.split(separator: "\n").map(String.init), "\(operand)")
      let part = try run(
        [operand, "--embed", "--offset", "2", "--limit", "2"] + options, in: scratch)
      #expect(part.lines == Array(result.lines.dropFirst(2).prefix(2)), "\(operand)")
    }
  }

  @Test func namesFilesFromTheWorkingDirectory() throws {
    let scratch = try folders()
    let result = try run(
      ["images/test/metadata.csv", "--limit", "1", "--split", "test"], in: scratch)
    #expect(result.output.hasSuffix(#","image":{"path":"images/test/0.png"}}"# + "\n"), "\(result)")
    let piped = try run(
      ["-", "--images", "images/test"], in: scratch,
      input: #"{"question":"q","answer":1e400,"image":"0.png"}"# + "\n")
    #expect(
      piped.output
        == #"{"id":"train/0","split":"train","row":0,"question":"q","answer":1e400,"#
        + #""image":{"path":"images/test/0.png"}}"# + "\n")
  }

  @Test func takesTheSplitOfAFolder() throws {
    let scratch = try folders()
    let test = try run(["images", "--split", "test"], in: scratch)
    #expect(try values("split", test.lines) == Array(repeating: "test", count: 4))
    let osf = try run(["osf.json", "--split", "test"], in: scratch)
    #expect(try values("id", osf.lines) == ["test/0", "test/1"])
  }

  @Test func failsOnlyTheRowWhoseImageIsMissing() throws {
    let scratch = try folders()
    let rows = """
      {"question":"a","answer":"b","image":"images/test/0.png"}
      {"question":"a","answer":"b","image":"gone.png"}
      {"question":"a","answer":"b","image":"images/test"}
      {"question":"a","answer":"b","image":"images/test/1.png"}
      """
    let result = try run(["-", "--embed"], in: scratch, input: rows)
    #expect(result.status == 1)
    #expect(result.lines.count == 4)
    #expect(
      result.lines[1].hasSuffix(
        #""image":{"path":"gone.png"},"error":{"stage":"vqa-extract","code":"no_image","#
          + #""message":"gone.png: No such file or directory"}}"#))
    #expect(result.errors.contains("<stdin>: train/2: images/test: Is a directory\n"))
    #expect(try values("row", result.lines) == ["0", "1", "2", "3"])
  }

  @Test(arguments: [
    ("a.csv", "question,answer,image\na,b\n", "a.csv:2: 2 fields where the first line names 3"),
    ("a.csv", "question,answer,image\na,\"b\n,c\n", "a.csv:2: a quote is not closed"),
    (
      "a.csv", "question,answer,image\n\"a\"b,c,d\n",
      "a.csv:2: text behind the quote that closes a field"
    ),
    ("a.csv", "", "a.csv: the file is empty"),
    (
      "a.csv", "a,b\n",
      "a.csv: no column is known as the question; name it with --question-column; its columns are a, b"
    ),
    (
      "a.jsonl", "{\"question\":1,\"answer\":2,\"image\":\"\"}\n{\"a\"\n",
      "a.jsonl:2: the JSON text ends early"
    ),
    ("a.jsonl", "[1]\n", "a.jsonl: the element at byte 2 is a number, not an object"),
    ("a.json", "[{\"a\":1},", "a.json: not JSON: the JSON text ends early"),
    ("a.jsonl", "{\"a\":1}\n{", "a.jsonl:2: the JSON text ends early"),
    ("a.json", "[{\"a\":1}] 2", "a.json: not JSON: more text after the array, at byte 11"),
    ("a.json", "[{\"a\":1}", "a.json: not JSON: the array is not closed"),
    ("a.json", "[{\"a\":1},]", "a.json: not JSON: the JSON text ends early"),
    ("a.json", "nothing", "a.json:1: 'o' where true, false or null belongs, at byte 2"),
    (
      "a.txt", "nothing",
      "a.txt: neither Parquet nor JSON, and by its name no CSV; "
        + "of a table say what separates its fields, for example --delimiter '|'"
    ),
    (
      "folder/a.txt", "nothing",
      "folder: none of its files is Parquet, JSON, JSON Lines, CSV or metadata of images"
    ),
  ])
  func saysWhatIsWrong(name: String, text: String, message: String) throws {
    let scratch = try Scratch()
    try scratch.write(text, to: name)
    let operand = name.split(separator: "/").first.map(String.init) ?? name
    let result = try run([operand], in: scratch)
    #expect(result.status == 2)
    #expect(result.errors == "vqa-extract: \(message)\n")
  }

  @Test func readsAFolderOfParquetFiles() throws {
    let files = try MadeFiles()
    try FileManager.default.removeItem(atPath: files.scratch.path("odd.parquet"))
    try FileManager.default.removeItem(atPath: files.scratch.path("types.parquet"))
    let rows = try files.rows(".", "--split", "train")
    #expect(try values("id", rows) == (0..<12).map { "train/\($0)" })
  }
}
