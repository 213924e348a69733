import Foundation
import TestSupport
import Testing

/// The result against Python's `json.dump` of the same rows.
@Suite struct PythonTests {
  @Test(arguments: 1...6)
  func wildRowsComeOutAsFromPython(seed: Int) throws {
    let scratch = try Scratch()
    let rows = try Python.script("Tests/MergeTests/oracle/rows.py", ["\(seed)", "300"]).run()
    try #require(rows.status == 0, "\(rows)")
    let file = try scratch.write(rows.stdout, to: "rows.jsonl")

    let ours = try merge([file, "--failed", scratch.path("failed")])
    let theirs = try oracle([file, "--failed", scratch.path("expected")])

    try #require(theirs.status == 0, "\(theirs)")
    #expect(ours.status == 1)
    #expect(ours.stdout == theirs.stdout, "\(ours)")
    #expect(try scratch.read("failed") == scratch.read("expected"))
  }

  @Test func thePairsOfSeveralFilesAreSharedOut() throws {
    let scratch = try Scratch()
    let rows = try Python.script("Tests/MergeTests/oracle/rows.py", ["77", "200"]).run().lines
    let whole = try scratch.write(rows.joined(separator: "\n"), to: "whole")
    let expected = try oracle([whole]).stdout
    for cut in stride(from: 0, through: rows.count, by: 41) {
      let first = try scratch.write(rows[..<cut].joined(separator: "\n"), to: "first")
      let second = try scratch.write(rows[cut...].joined(separator: "\n"), to: "second")
      #expect(try merge([first, second]).stdout == expected, "cut before line \(cut + 1)")
    }
  }

  @Test func everyCharacterIsSpelledAsByPython() throws {
    let scratch = try Scratch()
    let program = """
      import json, sys
      for start in range(0, 0x110000, 0x1000):
          text = "".join(map(chr, range(start, start + 0x1000)))
          raw = start % 0x2000 == 0 and not 0xD000 <= start < 0xE000
          row = {"id": str(start), "split": "train", "row": start, "question": text, "answer": "",
                 "image_hash": "x", "image_path": "", "image_size": [1, 1], "descriptive_answer": ""}
          sys.stdout.buffer.write(json.dumps(row, ensure_ascii=not raw).encode() + b"\\n")
      """
    let rows = try Python.code(program).run()
    try #require(rows.status == 0, "\(rows)")
    let file = try scratch.write(rows.stdout, to: "rows.jsonl")
    #expect(try merge([file]).stdout == oracle([file]).stdout)
  }

  @Test func noRowsAreAnEmptyObject() throws {
    let result = try merge()
    #expect(result.output == "{}")
    #expect(result.status == 0)
  }
}
