import Shared
import Testing

@testable import vqa_merge

/// The index's memory.
@Suite struct ColumnTests {
  /// So large that no address space holds the pages of a column of them.
  private typealias Huge = InlineArray<0x7FFF_FFFF, UInt64>

  @Test func memoryThatCannotBeHadIsAnError() {
    var column = Column<Huge>()
    #expect {
      try column.reserve()
    } throws: { error in
      "\(error)".hasPrefix("the index of rows: ")
    }
  }

  @Test func elementsStayWhereTheyAre() throws {
    var column = Column<Int>()
    for number in 0..<200_000 {
      try column.reserve()
      column.append(number)
    }
    #expect(column.count == 200_000)
    #expect((0..<200_000).allSatisfy { column[$0] == $0 })
  }
}
