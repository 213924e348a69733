import Foundation
import TestSupport
import Testing

/// The same bytes whatever order and whatever files the lines come in.
@Suite struct OrderTests {
  /// All orders of a small array.
  private func permutations<Element>(_ items: [Element]) -> [[Element]] {
    guard let first = items.first else { return [[]] }
    return permutations(Array(items.dropFirst())).flatMap { rest in
      (0...rest.count).map { Array(rest[..<$0]) + [first] + rest[$0...] }
    }
  }

  @Test func everyPermutationAndSplitGivesTheSameBytes() throws {
    let scratch = try Scratch()
    let rows = [
      TestRow(3, image: "bb"), TestRow(0, image: "cc", split: "test"), TestRow(1, image: "bb"),
      TestRow(1, image: "bb").failed,
      TestRow(1, image: "dd").with(\.id, "other/train/1"),
    ].map { $0.line + "\n" }
    let file = try scratch.write(rows.joined(), to: "rows.jsonl")
    let expected = try oracle([file]).output

    for order in permutations(rows) {
      for cut in [0, 2, 4] {
        let first = try scratch.write(order[..<cut].joined(), to: "first")
        let result = try merge([first, "-"], input: order[cut...].joined())
        #expect(result.output == expected, "\(order), cut at \(cut)")
        #expect(result.status == 0)
      }
    }
  }

  @Test func splitsAndImagesFollowTheirFirstRows() throws {
    let result = try merge(
      input: lines(
        TestRow(0, image: "e", split: "zoo"), TestRow(1, image: "c", split: "test"),
        TestRow(1, image: "b", split: "validation"), TestRow(9, image: "a"),
        TestRow(10, image: "f"), TestRow(0, image: "a", split: "test"),
        TestRow(0, image: "d", split: "apple")))
    let images = result.output.matches(of: #/\n  "(\w)": /#).map { String($0.output.1) }
    #expect(images == ["a", "f", "b", "c", "d", "e"], "\(result)")
  }

  @Test func rowsWithoutANumberFollowAsTheyCame() throws {
    let result = try merge(
      input: lines(
        TestRow(8).with(\.row, nil).failed, TestRow(2).with(\.row, nil), TestRow(7),
        TestRow(1).with(\.row, nil), TestRow(8).with(\.row, nil), TestRow(3)))
    let questions = result.output.matches(of: #/Question (\d)/#).map { String($0.output.1) }
    #expect(questions == ["3", "7", "8", "2", "1"], "\(result)")
  }

  @Test func twoDataSetsWithPrefixesInterleave() throws {
    let rows = (0..<3).flatMap { number in
      ["a/", "b/"].map { prefix in
        TestRow(number, image: "\(prefix.first!)\(number)").with(\.id, "\(prefix)train/\(number)")
      }
    }
    for order in [rows, rows.reversed()] {
      let result = try merge(input: order.map { $0.line + "\n" }.joined())
      let images = result.output.matches(of: #/\n  "(\w+)": /#).map { String($0.output.1) }
      #expect(images == ["a0", "b0", "a1", "b1", "a2", "b2"])
    }
  }

  @Test func aRowWithoutAnIDHasThatOfItsPlace() throws {
    let old = TestRow(4).failed.with(\.id, nil)
    let result = try merge(input: lines(TestRow(4), old))
    #expect(result.status == 0, "\(result)")
    #expect(result.errors.contains("1 duplicate left out"))

    let nameless = TestRow(4).with(\.id, nil).with(\.row, nil)
    let both = try merge(input: lines(nameless, nameless))
    #expect(both.output.matches(of: #/Question 4/#).count == 2)
  }

  @Test func laterBeatsEarlierAndAnsweredBeatsFailed() throws {
    let result = try merge(
      input: lines(
        TestRow(0).with(\.answer, "old"), TestRow(0).with(\.answer, "new"), TestRow(0).failed))
    #expect(result.status == 0)
    #expect(result.output.contains("\"new\""))
    #expect(!result.output.contains("\"old\""))
    #expect(result.errors.contains("3 rows: 1 answer on 1 image, 2 duplicates left out"))
  }
}
