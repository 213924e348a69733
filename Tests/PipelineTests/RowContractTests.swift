import Foundation
import TestSupport
import Testing

/// The five laws of the row contract, put to both filters.
struct RowContractTests {
  static let filters = ["vqa-hash", "vqa-gemini"]
  private let scratch: Scratch
  private let standIn: StandIn

  init() throws {
    scratch = try Scratch("rows")
    standIn = try StandIn()
  }

  private func run(_ tool: String, _ arguments: [String] = [], _ input: Data) throws
    -> CommandResult
  {
    var command = Command.tool(tool, ["-q"] + arguments)
    command.directory = scratch.url
    command.environment = [
      "GEMINI_API_KEY": StandIn.defaultKey, "GOOGLE_GEMINI_BASE_URL": standIn.baseURL,
      "XDG_CACHE_HOME": scratch.path("cache"), "XDG_STATE_HOME": scratch.path("state"),
    ]
    return try command.run(input: input)
  }

  /// The rows that a filter meets: of the sample, as the filter before it
  /// leaves them.
  private func rows(for tool: String) throws -> [String] {
    let extracted = try run("vqa-extract", [Sample.train], Data())
    try #require(extracted.status == 0, "\(extracted)")
    if tool == "vqa-hash" { return extracted.lines }
    let hashed = try run("vqa-hash", [], extracted.stdout)
    try #require(hashed.status == 0, "\(hashed)")
    return hashed.lines
  }

  private func text(_ lines: [String]) -> Data {
    Data(lines.map { $0 + "\n" }.joined().utf8)
  }

  /// Lines that are no rows, and one that is none of this filter's business.
  private static let others = [
    "", "  ", "not JSON", "[1,2]", #"{"a":1"#, #"{"a":01}"#, "\u{FEFF}{}",
    #"{ "id" : "x" , "error":{"stage":"vqa-extract","code":"c","message":"m"}, "n":1e400 }"#,
  ]

  @Test(arguments: filters)
  func oneLineInOneLineOutInOrder(_ tool: String) throws {
    var lines = try rows(for: tool)
    for (place, other) in Self.others.enumerated() { lines.insert(other, at: place * 3) }
    // A line that is not UTF-8, and the last one without a line feed.
    let input = text(lines) + Data([0x7B, 0xFF, 0x0A]) + Data("{".utf8)
    let result = try run(tool, [], input)
    #expect(result.status == 1)
    #expect(result.lines.count == lines.count + 2, "\(result.errors)")
    for (line, output) in zip(lines, result.lines) {
      let id = line.prefix { $0 != "," }
      if line.hasPrefix("{\"id\"") { #expect(output.hasPrefix(id)) }
    }
    // What is no row says what it was and where, and costs one line.
    let bad = try #require(result.lines.last)
    let number = lines.count + 2
    #expect(
      bad == #"{"error":{"stage":"\#(tool)","code":"bad_row","#
        + #""message":"the JSON text ends early","line":\#(number),"input":"{"}}"#)
    #expect(result.lines[number - 2].hasSuffix(#""input":"{\udcff"}}"#))
    #expect(result.errors.split(separator: "\n").count == 9, "\(result.errors)")
    #expect(result.errors.hasSuffix("\(tool): <stdin>:\(number): the JSON text ends early\n"))
    // Rows of an earlier stage's failures go through to the byte, and so do
    // bad rows, in every later run.
    #expect(result.lines.contains(Self.others[7]))
    let again = try run(tool, [], result.stdout)
    #expect(again.stdout == result.stdout)
    #expect(again.status == 1)
    #expect(again.stderr.isEmpty)
  }

  @Test(arguments: filters)
  func everyOtherByteIsKept(_ tool: String) throws {
    let row = try #require(try rows(for: tool).first)
    let spiced =
      #"{ "before" : [1e400, 0.10,{"x":"\/\u00e9"}],"# + row.dropFirst().dropLast()
      + #" , "after":"中" , "before":-0 }"#
    let result = try run(tool, [], text([spiced]))
    #expect(result.status == 0, "\(result)")
    let output = try #require(result.lines.first)
    #expect(output.hasPrefix(#"{ "before" : [1e400, 0.10,{"x":"\/\u00e9"}],"id":"train/0","#))
    #expect(output.contains(#" , "after":"中" , "before":-0"#))
    #expect(output.hasSuffix(" }"))
    let own =
      tool == "vqa-hash"
      ? ["image_hash", "image_path", "image_size"] : ["descriptive_answer", "gemini"]
    for key in own { #expect(output.components(separatedBy: "\"\(key)\":").count == 2) }
    #expect(output.contains(#""image":"#) == false)
  }

  @Test(arguments: filters)
  func whatIsDoneIsLeftAlone(_ tool: String) throws {
    let first = try run(tool, [], text(try rows(for: tool)))
    #expect(first.status == 0, "\(first)")
    let second = try run(tool, [], first.stdout)
    #expect(second.stdout == first.stdout)
    #expect(second.status == 0)
  }

  @Test(arguments: filters)
  func whatFailedIsTriedAgainAndTheOthersGoOn(_ tool: String) throws {
    let lines = try rows(for: tool)
    // The row loses what the filter needs.
    let needed = tool == "vqa-hash" ? "image" : "image_path"
    var broken = lines
    broken[1] = broken[1].replacingOccurrences(of: "\"\(needed)\":", with: "\"mislaid\":")
    let first = try run(tool, [], text(broken))
    #expect(first.status == 1)
    #expect(first.lines.count == lines.count)
    #expect(first.errors.split(separator: "\n").count == 1, "\(first.errors)")
    #expect(first.errors.hasPrefix("\(tool): <stdin>:2: train/1: "), "\(first.errors)")
    let failed = first.lines[1]
    #expect(failed.hasPrefix(broken[1].dropLast()))
    #expect(failed.contains(#","error":{"stage":"\#(tool)","code":""#))
    // Mended, it becomes what it would have been.
    let mended = failed.replacingOccurrences(of: "\"mislaid\":", with: "\"\(needed)\":")
    let second = try run(tool, [], text([mended]))
    #expect(second.status == 0, "\(second)")
    let whole = try run(tool, [], text([lines[1]]))
    #expect(second.stdout == whole.stdout)
  }
}
