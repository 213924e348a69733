import Foundation
import TestSupport
import Testing

/// A result is never lost to a bad start: no rows, or fewer than there should
/// be.
@Suite struct ExpectTests {
  @Test(arguments: [["-o"], ["-o", "--failed"], ["--into"], ["-o", "--stats"], ["--failed"]])
  func withoutRowsFilesStayAsTheyAre(options: [String]) throws {
    let scratch = try Scratch()
    var arguments: [String] = []
    for (place, option) in options.enumerated() {
      let path = scratch.path("\(place)")
      if option == "--into" {
        _ = try merge(["-o", path], input: lines(TestRow(0)))
      } else {
        try scratch.write("old", to: "\(place)")
      }
      arguments += [option, path]
    }
    let before = try scratch.list().map { try scratch.read($0) }
    let result = try merge(arguments)
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("no rows in the input"), "\(result)")
    #expect(try scratch.list().map { try scratch.read($0) } == before)
  }

  @Test func withoutRowsNoFileIsMade() throws {
    let scratch = try Scratch()
    #expect(try merge(["-o", scratch.path("new")]).status == 2)
    #expect(try scratch.list().isEmpty)
    #expect(try merge(["-o", scratch.path("new"), "--expect", "0"]).status == 0)
    #expect(try scratch.read("new") == Data("{}".utf8))
  }

  /// Rows that come in, and how many are counted.
  static let inputs: [(rows: [TestRow], count: Int)] = [
    ([TestRow(0), TestRow(1)], 2), ([TestRow(0), TestRow(1).failed], 2),
    ([TestRow(0).failed, TestRow(0)], 1), ([TestRow(0).failed, TestRow(1).failed], 2),
    ([TestRow(0).with(\.id, nil), TestRow(0)], 1),
    ([TestRow(0), TestRow(1), TestRow(1), TestRow(2)], 3),
  ]

  @Test(arguments: inputs.indices, [-1, 0, 1])
  func rowsAreCountedByTheirIDs(index: Int, difference: Int) throws {
    let (rows, count) = Self.inputs[index]
    let scratch = try Scratch()
    let output = try scratch.write("old", to: "out")
    let text = rows.map { $0.line + "\n" }.joined()
    let expected = count + difference
    let result = try merge(["-o", output, "--expect", "\(expected)"], input: text)
    let isAnswered = rows.contains { $0.error == nil }
    if difference == 0, !isAnswered {
      #expect(result.status == 2)
      #expect(result.errors.contains("none of the rows has an answer; \(output) stays as it is"))
      #expect(try scratch.read("out") == Data("old".utf8))
    } else if difference == 0 {
      #expect(
        result.status == (rows.contains { $0.error != nil } && rows[0].id != rows[1].id ? 1 : 0))
      #expect(try scratch.read("out") != Data("old".utf8))
    } else {
      #expect(result.status == 2)
      #expect(
        result.errors.contains("expected \(expected) rows, found \(count); nothing was written"),
        "\(result)")
      #expect(try scratch.read("out") == Data("old".utf8))
    }
    let streamed = try merge(["--expect", "\(expected)"], input: text)
    #expect(streamed.output.isEmpty == (difference != 0))
  }

  /// A result without an answer replaces none that may have some.
  @Test(arguments: [("old", 2), ("{}", 1), ("", 1), (nil, 1)])
  func rowsThatAllFailedReplaceNoAnswers(old: String?, status: Int32) throws {
    let scratch = try Scratch()
    if let old { try scratch.write(old, to: "out") }
    let result = try merge(
      ["-o", scratch.path("out"), "--failed", scratch.path("failed")],
      input: lines(TestRow(0).failed, TestRow(1).failed))
    #expect(result.status == status, "\(result)")
    #expect(try scratch.read("out") == Data((status == 1 ? "{}" : old ?? "").utf8))
    #expect(try scratch.list().contains("failed") == (status == 1))
  }

  @Test func aNegativeNumberIsAUsageError() throws {
    #expect(try merge(["--expect=-1"]).status == 64)
  }

  @Test func anErrorThatIsNullIsNone() throws {
    let line = TestRow(0).line.dropLast() + ",\"error\":null}"
    let result = try merge(input: String(line))
    #expect(result.status == 0, "\(result)")
    #expect(result.output.contains("Question 0?"))
  }
}
