import Testing

@testable import vqa_gemini

/// Which text belongs to which question of a list.
struct GroupReplyTests {
  static let list =
    #"[{"id":1,"explanation":"a"},{"id":2,"explanation":"b"},{"id":3,"explanation":"c"}]"#

  @Test(arguments: [
    list, " \n\(list)\n", "```json\n\(list)\n```", "Here are [all] the answers:\n\(list)\nDone.",
    #"{"answers":\#(list)}"#, #"{"count":3,"n":[],"items":\#(list)}"#,
    list.replacing(#""id":2"#, with: #""id":"2""#), list.replacing(#""id":2"#, with: #""id":2.0"#),
    #"[{"explanation":"c","id":3},{"id":1,"x":0,"explanation":"a"},{"id":2,"explanation":"b"}]"#,
  ])
  func completeListsAreRead(text: String) {
    #expect(GroupReply.texts(in: text, count: 3) == ["a", "b", "c"])
    #expect(GroupReply.texts(in: text) == ["a", "b", "c"])
    #expect(
      GroupReply.texts(in: text, count: 2) == nil && GroupReply.texts(in: text, count: 4) == nil)
  }

  /// Numbered from 0, doubled, missing, unknown, no number at all.
  @Test(arguments: [
    (["0", "1", "2"]), (["1", "1", "2"]), (["1", "3", "4"]), (["1", "2", "2.5"]),
    (["1", "2", "null"]), (["1", "2", "\"train/3\""]), (["1", "2", "99999999999999999999"]),
    (["1", "2", "-3"]), (["1", "2"]), (["1", "2", "3", "4"]), (["1", "2", "3", "3"]),
    (["1", "2", "\"nan\""]), (["1", "2", "\"inf\""]), (["1", "2", "1e999"]),
  ])
  func otherIdsDiscreditTheList(ids: [String]) {
    let items = ids.map { #"{"id":\#($0),"explanation":"Yes. Explanation: it shows."}"# }
    #expect(GroupReply.texts(in: "[\(items.joined(separator: ","))]", count: 3) == nil)
  }

  @Test(arguments: [
    "", "[]", "{}", "null", "[1,2,3]", "I cannot say.", String(list.dropLast(8)),
    #"[{"explanation":"a"},{"explanation":"b"},{"explanation":"c"}]"#,
    String(repeating: "[", count: 100_000), String(repeating: "{\"a\":[", count: 20_000),
  ])
  func whatIsNoListIsNone(text: String) {
    #expect(GroupReply.texts(in: text, count: 3) == nil)
  }

  @Test func anItemWithoutTextIsEmpty() {
    let text = #"[{"id":1,"explanation":"a"},{"id":2},{"id":3,"explanation":7}]"#
    #expect(GroupReply.texts(in: text, count: 3) == ["a", "", ""])
    #expect(GroupReply.texts(in: #"[{"id":1,"answer":"no"}]"#, count: 1) == ["no"])
  }
}
