import Foundation
import TestSupport
import Testing

/// More than is held in memory: records that wait in temporary files.
@Suite struct SpaceTests {
  /// 50 MB on seven images, in no order; among them one row of 5 MB, which no
  /// buffer holds.
  private func writeManyRows(to scratch: Scratch) throws -> String {
    let rows = (0..<500).map { number in
      var row = TestRow(number * 37 % 500, image: "i\(number * 37 % 500 % 7)")
      row.answer = String(repeating: "word \(number) ", count: number == 250 ? 500_000 : 10_000)
      return row.line + "\n"
    }
    return try scratch.write(rows.joined(), to: "rows.jsonl")
  }

  @Test func whatDoesNotFitInMemoryComesOutTheSame() throws {
    let scratch = try Scratch()
    let file = try writeManyRows(to: scratch)
    let temporary = scratch.path("temporary")
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: false)
    let result = try merge([file], environment: ["TMPDIR": temporary])
    #expect(result.status == 0)
    #expect(try result.stdout == oracle([file]).stdout)
    #expect(try scratch.list("temporary").isEmpty)
  }

  @Test func withoutTemporarySpaceTheOldOutputStays() throws {
    let scratch = try Scratch()
    let file = try writeManyRows(to: scratch)
    let output = try scratch.write("old", to: "out.json")
    // The system's limit on file sizes stands for a disk that is full.
    let full = try Command.shell(
      "trap '' XFSZ; ulimit -f 2048; TMPDIR='\(scratch.url.path)' vqa-merge '\(file)' -o '\(output)'"
    ).run()
    let missing = try merge([file, "-o", output], environment: ["TMPDIR": "/nowhere"])
    for (result, message) in [(full, "File too large"), (missing, "No such file")] {
      #expect(result.status == 2)
      #expect(result.errors.contains("vqa-merge: temporary space in /"), "\(result)")
      #expect(result.errors.contains("\(message)"), "\(result)")
      #expect(result.errors.contains("set TMPDIR to a directory with more room"), "\(result)")
      #expect(try scratch.list() == ["out.json", "rows.jsonl"])
      #expect(try scratch.read("out.json") == Data("old".utf8))
    }
  }

  @Test func aFewRowsNeedNoTemporarySpace() throws {
    let result = try merge(input: lines(TestRow(0)), environment: ["TMPDIR": "/nowhere"])
    #expect(result.status == 0, "\(result)")
  }
}
