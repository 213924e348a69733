import Foundation
import TestSupport
import Testing

/// The tools on a terminal, which `terminal.py` is: it starts a command line
/// in a session of its own, types, resizes, and draws what comes back on a
/// screen.
@Suite(.timeLimit(.minutes(15)))
struct TerminalTests {
  private struct Screen: Decodable {
    /// The lines of the screen and those that scrolled away, each whole though
    /// it ran over the right margin; without the empty ones at the end.
    let lines: [String]
    let status: Int
    /// Lines that the progress line showed.
    let drawn: [String]
  }

  private func screen(
    _ script: String, columns: Int = 80, typed: String = "", after: Double = 0,
    environment: [String: String] = [:]
  ) throws -> Screen {
    let scratch = try Scratch("terminal")
    var command = try Python.script(
      "Tests/PipelineTests/terminal.py", ["\(columns)", "\(after)", typed, script])
    command.directory = scratch.url
    command.environment = [
      "TERM": "xterm", "GEMINI_API_KEY": "none-is-asked",
      "XDG_CACHE_HOME": scratch.path("home"), "XDG_STATE_HOME": scratch.path("home"),
    ].merging(environment) { $1 }
    command.timeLimit = 60
    let result = try command.run()
    #expect(result.status == 0, "\(result)")
    return try JSONDecoder().decode(Screen.self, from: result.stdout)
  }

  /// Rows that all fail for want of a file, slowly enough to be drawn.
  private static let slowRows =
    #"for i in 1 2 3 4 5 6 7 8; do echo "{\"id\":\"t/$i\",\"image\":{\"path\":\"no/$i.png\"}}"; "#
    + "sleep 0.15; done"

  @Test(arguments: [60, 80, 200])
  func oneLineIsDrawnAndNoneWraps(columns: Int) throws {
    let screen = try screen(
      "{ \(Self.slowRows); } | vqa-hash 2>&1 >rows.jsonl --progress always", columns: columns)
    #expect(!screen.drawn.isEmpty)
    #expect(screen.drawn.allSatisfy { $0.count < columns }, "\(screen.drawn)")
    let told = screen.lines.joined()
    #expect(told.contains("vqa-hash: <stdin>:1: t/1: "), "\(screen.lines)")
    #expect(screen.lines.last?.hasPrefix("vqa-hash: 8 rows: 0 done, 8 failed (") == true)
    #expect(told.contains("vqa-hash: 8 rows: "), "\(screen.lines)")
  }

  @Test func fourToolsShareOneTerminal() throws {
    let screen = try screen(
      "{ \(Self.slowRows); } | vqa-hash | vqa-gemini | vqa-merge -o o.json")
    #expect(screen.drawn.contains { $0.hasPrefix("vqa-gemini: ") })
    // Every line that stays begins with the name of a tool: nothing is glued.
    #expect(screen.lines.count >= 6)
    for line in screen.lines { #expect(line.hasPrefix("vqa-"), "\(screen.lines)") }
  }

  @Test(arguments: ["vqa-hash", "vqa-gemini", "vqa-merge"])
  func aToolSaysWhatItWaitsForAndThatItWasInterrupted(_ tool: String) throws {
    let screen = try screen("exec \(tool)", typed: "\u{3}", after: 0.7)
    #expect(screen.status == -Int(SIGINT), "\(screen)")
    #expect(screen.lines.first?.hasPrefix("\(tool): reading rows from the terminal") == true)
    #expect(screen.lines.last?.hasPrefix("\(tool): interrupted") == true, "\(screen.lines)")
    let ended = try self.screen("exec \(tool) -q", typed: "\u{4}", after: 0.7)
    #expect([0, 2].contains(ended.status), "\(ended)")
  }

  @Test func ctrlCLeavesNoLineBehind() throws {
    for typed in ["\u{3}", "\u{3}\u{3}"] {
      let screen = try screen(
        "sleep 3 | vqa-hash | vqa-gemini --progress always | vqa-merge -o o.json", typed: typed,
        after: 1)
      #expect(!screen.drawn.isEmpty)
      for line in screen.lines {
        #expect(line.hasPrefix("vqa-") && !line.contains("waiting"), "\(screen.lines)")
      }
    }
  }

  @Test func aDumbTerminalAndAFileGetPlainLines() throws {
    let dumb = try screen(
      "{ \(Self.slowRows); } | vqa-hash >rows.jsonl", environment: ["TERM": "dumb"])
    #expect(dumb.drawn.isEmpty, "\(dumb)")
    let file = try screen("{ \(Self.slowRows); } | vqa-hash >rows.jsonl 2>log; cat log")
    #expect(file.drawn.isEmpty && dumb.lines.count == file.lines.count, "\(file)")
  }

  @Test func manyRowsOfOneCauseAreOneLine() throws {
    let rows = (0..<451).map { #"{"id":"train/\#($0)","image":{"path":"no/\#($0).png"}}"# + "\n" }
    // With more jobs the rows fail in no certain order.
    let result = try Command.tool("vqa-hash", ["--jobs", "1"]).run(input: rows.joined())
    #expect(result.status == 1)
    let lines = result.errors.split(separator: "\n")
    #expect(lines.count == 7, "\(result)")
    #expect(lines[0].hasPrefix("vqa-hash: <stdin>:1: train/0: "))
    #expect(lines[5].hasPrefix("vqa-hash: 451 rows: "))
    #expect(lines[5].contains(", for example <stdin>:1: train/0: "))
    #expect(lines[6].contains("451 rows: 0 done, 451 failed ("))
  }

  @Test(arguments: ["vqa-extract -", "vqa-merge", "vqa-gemini --no-cache"])
  func everyToolReportsManyFailuresInAFewLines(_ command: String) throws {
    let rows = (0..<300).map { _ in "no JSON\n" }
    let scratch = try Scratch()
    var shell = Command.shell(command)
    shell.environment = [
      "GEMINI_API_KEY": "none-is-asked", "XDG_STATE_HOME": scratch.path("state"),
    ]
    let result = try shell.run(input: rows.joined())
    let lines = result.errors.split(separator: "\n")
    #expect(lines.count <= 10, "\(result)")
    let many = lines.contains { $0.contains(": 300 rows: ") }
    #expect(many || result.status == 2, "\(result)")
  }

  @Test func noLineHoldsMuchOfTheInput() throws {
    let id = String(repeating: "x", count: 100_000)
    let result = try Command.tool("vqa-hash")
      .run(input: #"{"id":"\#(id)","image":{"path":"\#(id)"}}"# + "\n")
    for line in result.errors.split(separator: "\n") { #expect(line.count < 400, "\(line)") }
  }
}
