import Foundation
import TestSupport
import Testing

/// Columns named on the command line, found, and kept.
struct ColumnTests {
  private static let odd = ["odd.parquet", "--question-column", "q", "--answer-column", "a"]

  private func last(_ arguments: String...) throws -> [String] {
    let files = try MadeFiles()
    var command = Command.tool("vqa-extract", Self.odd + arguments)
    command.directory = files.scratch.url
    let result = try command.run()
    try #require(result.status == 0, "\(result)")
    return result.lines.map {
      String($0[($0.range(of: #","image":"#)?.lowerBound ?? $0.startIndex)...])
    }
  }

  @Test func findsTheColumnThatLooksLikeImages() throws {
    #expect(try last("--limit", "1") == [#","image":{"bytes":"b25l","path":"1.png"}}"#])
  }

  @Test func readsImagesAsBytesOrAsPaths() throws {
    #expect(
      try last("--limit", "1", "--image-column", "picture") == [#","image":{"bytes":"cA=="}}"#])
    #expect(
      try last("--offset", "1", "--image-column", "file") == [
        #","image":{"path":"b.png"}}"#, #","image":null}"#, #","image":{"path":"d.png"}}"#,
      ])
  }

  @Test func embedsImagesThatAreOnlyNamed() throws {
    let files = try MadeFiles()
    try files.scratch.write(Data([0x89] + "PNG\r\n\u{1A}\nb".utf8), to: "pictures/b.png")
    let rows = try files.extract(
      "odd.parquet", "--question-column", "q", "--answer-column", "a", "--image-column", "file",
      "--embed", "--images", "pictures")
    #expect(rows.status == 1)
    #expect(
      rows.lines.map { $0.contains(#","error":{"stage":"vqa-extract","code":"no_image","#) }
        == [true, false, false, true])
    #expect(
      rows.lines[1].hasSuffix(#""image":{"bytes":"iVBORw0KGgpi","path":"pictures/b.png"}}"#))
  }

  @Test func keepsOtherColumns() throws {
    let rows = try last(
      "--image-column", "file", "--keep", "nested", "--keep", "id=source",
      "--keep", "tags", "--keep", "tags[0]=tag", "--keep", "nested.a.b=deep")
    #expect(
      rows == [
        #","image":{"path":"a.png"},"nested":{"a":{"b":1},"c":"eA=="},"source":"n1","tags":["x"],"tag":"x","deep":1}"#,
        #","image":{"path":"b.png"},"nested":{"a":null,"c":"eQ=="},"source":"n2","tags":[],"tag":null,"deep":null}"#,
        #","image":null,"nested":null,"source":"n3","tags":null,"tag":null,"deep":null}"#,
        #","image":{"path":"d.png"},"nested":{"a":{"b":2},"c":null},"source":"n4","tags":["y"],"tag":"y","deep":2}"#,
      ])
  }

  private static let oddButAnswer = Array(odd.dropLast())

  private static let mistakes: [([String], String)] = [
    (
      ["odd.parquet"],
      "odd.parquet: no column is known as the question; name it with --question-column; "
        + "its columns are q, a, tags, nested, id, picture, file, scan"
    ),
    (
      odd + ["--image-column", "img"],
      "odd.parquet: no column is called img; "
        + "its columns are q, a, tags, nested, id, picture, file, scan"
    ),
    (
      odd + ["--keep", "id"],
      "odd.parquet: the row has a key id of its own; keep it as --keep id=NAME"
    ),
    (
      odd + ["--image-column", "a"],
      "odd.parquet: column a holds no images: neither bytes nor paths"
    ),
    (
      oddButAnswer + ["tags"],
      "odd.parquet: column tags is a list and no answer; choose an element, "
        + "for example --answer-column 'tags[0]'"
    ),
    (
      oddButAnswer + ["nested"],
      "odd.parquet: column nested is a group and no answer; choose a member, "
        + "for example --answer-column 'nested.a'"
    ),
    (
      oddButAnswer + ["nested.b"],
      "odd.parquet: nested.b: column nested has no such field"
    ),
    (
      oddButAnswer + ["tags[number]"],
      "odd.parquet: no column is called number; "
        + "its columns are q, a, tags, nested, id, picture, file, scan"
    ),
  ]

  @Test func saysWhatIsWrong() throws {
    let files = try MadeFiles()
    for (arguments, message) in Self.mistakes {
      var command = Command.tool("vqa-extract", arguments)
      command.directory = files.scratch.url
      let result = try command.run()
      #expect(result.status == 2)
      #expect(result.errors == "vqa-extract: \(message)\n")
      #expect(result.output == "")
    }
  }
}
