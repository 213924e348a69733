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
    /// What the progress line showed, for each width that the terminal had.
    let drawnByWidth: [[String]]
    var drawn: [String] { drawnByWidth.flatMap(\.self) }

    enum CodingKeys: String, CodingKey {
      case lines, status
      case drawnByWidth = "drawn"
    }
  }

  /// What happens on the terminal, `seconds` after the event before and when
  /// it has shown a text since then.
  private struct Event: Encodable {
    var type: String?
    var resize: Int?
    var seconds = 0.0
    var shown = ""

    static func keys(_ text: String, after seconds: Double = 0, shown: String = "") -> Event {
      Event(type: text, seconds: seconds, shown: shown)
    }

    static func resize(_ columns: Int, after seconds: Double = 0, shown: String = "") -> Event {
      Event(resize: columns, seconds: seconds, shown: shown)
    }
  }

  private let scratch: Scratch

  init() throws { scratch = try Scratch("terminal") }

  private func screen(
    _ script: String, columns: Int = 80, _ events: [Event] = [],
    environment: [String: String] = [:]
  ) throws -> Screen {
    let events = String(decoding: try JSONEncoder().encode(events), as: UTF8.self)
    var command = try Python.script(
      "Tests/PipelineTests/terminal.py", ["\(columns)", events, script])
    command.directory = scratch.url
    command.environment = [
      "TERM": "xterm", "GEMINI_API_KEY": "none-is-asked",
      "XDG_CACHE_HOME": scratch.path("home"), "XDG_STATE_HOME": scratch.path("home"),
    ].merging(environment) { $1 }
    let result = try command.run()
    #expect(result.status == 0, "\(result)")
    return try JSONDecoder().decode(Screen.self, from: result.stdout)
  }

  /// Rows that all fail for want of a file, slowly enough to be drawn.
  private static let slowRows =
    #"for i in 1 2 3 4 5 6 7 8; do echo "{\"id\":\"t/$i\",\"image\":{\"path\":\"no/$i.png\"}}"; "#
    + "sleep 0.15; done"

  /// Where a terminal does not say its width it is taken to be 80.
  @Test(arguments: [0, 60, 80, 200])
  func oneLineIsDrawnAndNoneWraps(columns: Int) throws {
    let screen = try screen(
      "{ \(Self.slowRows); } | vqa-hash 2>&1 >rows.jsonl --progress always", columns: columns)
    #expect(!screen.drawn.isEmpty)
    let width = columns == 0 ? 80 : columns
    #expect(screen.drawn.allSatisfy { $0.count < width }, "\(screen.drawn)")
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

  @Test(arguments: [
    "vqa-extract -", "vqa-extract --encoding latin1 -", "vqa-hash", "vqa-gemini", "vqa-merge",
  ])
  func aToolSaysWhatItWaitsForAndThatItWasInterrupted(_ tool: String) throws {
    let name = tool.prefix { $0 != " " }
    let reading = "\(name): reading rows from the terminal"
    let screen = try screen("exec \(tool)", [.keys("\u{3}", shown: reading)])
    #expect(screen.status == -Int(SIGINT), "\(screen)")
    #expect(screen.lines.first?.hasPrefix(reading) == true)
    #expect(screen.lines.last?.hasPrefix("\(name): interrupted") == true, "\(screen.lines)")
    let ended = try self.screen("exec \(tool) -q", [.keys("\u{4}", shown: reading)])
    #expect([0, 2].contains(ended.status), "\(ended)")
  }

  // MARK: - The whole job

  private static let job =
    "vqa-extract '\(Sample.train)' | vqa-hash | vqa-gemini --jobs 4 | "
    + "vqa-merge --expect 29 -o out.json"
  /// What vqa-gemini shows when it is at work.
  private static let atWork = " in flight"

  private func environment(_ standIn: StandIn) -> [String: String] {
    ["GEMINI_API_KEY": StandIn.defaultKey, "GOOGLE_GEMINI_BASE_URL": standIn.baseURL]
  }

  /// Runs the job again, to its end: nothing that was answered is asked again.
  private func expectToGoOn(_ standIn: StandIn, lost: Int = 0) throws {
    let again = try screen(Self.job, environment: environment(standIn))
    #expect(again.status == 0, "\(again)")
    #expect(try scratch.read("out.json").count > 5_000)
    #expect(try standIn.stats().repeats <= lost)
  }

  /// Each line that stays is whole and one of a tool's, whatever was drawn.
  private func expectToolsLines(_ screen: Screen, but other: String? = nil) {
    for line in screen.lines where line != other {
      #expect(line.hasPrefix("vqa-") && !line.contains(Self.atWork + ","), "\(screen.lines)")
    }
  }

  @Test(arguments: [60, 80, 200], [1, 2])
  func ctrlCLeavesACleanScreenAndTheOldResult(_ columns: Int, _ times: Int) throws {
    let standIn = try StandIn(["--latency", "300ms"])
    try scratch.write("{}", to: "out.json")
    var events = [Event.keys("\u{3}", after: 0.5, shown: Self.atWork)]
    if times == 2 { events.append(.keys("\u{3}", after: 0.1)) }
    let screen = try screen(
      Self.job, columns: columns, events, environment: environment(standIn))
    #expect(screen.status == -Int(SIGINT), "\(screen)")
    #expect(!screen.drawn.isEmpty)
    #expect(screen.drawn.allSatisfy { $0.count < columns }, "\(screen.drawn)")
    // The terminal's own echo, where the second one comes when all have ended.
    expectToolsLines(screen, but: times == 2 ? "^C" : nil)
    let merge = screen.lines.filter { $0.hasPrefix("vqa-merge: ") }
    #expect(times == 2 || merge == ["vqa-merge: interrupted; run the same command again"])
    #expect(try scratch.read("out.json") == Data("{}".utf8))
    try expectToGoOn(standIn, lost: times == 2 ? 4 : 0)
  }

  @Test(arguments: [60, 80, 200])
  func ctrlZStopsTheJobAndFgGoesOn(_ columns: Int) throws {
    let standIn = try StandIn(["--latency", "300ms"])
    let screen = try screen(
      "set -m; \(Self.job); echo stopped; fg >names; echo \"ended $?\"", columns: columns,
      [.keys("\u{1A}", after: 0.5, shown: Self.atWork)], environment: environment(standIn))
    let stop = try #require(screen.lines.firstIndex(of: "stopped"), "\(screen.lines)")
    #expect(screen.lines.last == "ended 0", "\(screen.lines)")
    #expect(screen.lines[..<stop].contains { $0.contains("Stopped") })
    for line in screen.lines[(stop + 1)...].dropLast() { #expect(line.hasPrefix("vqa-")) }
    #expect(screen.drawn.allSatisfy { $0.count < columns }, "\(screen.drawn)")
    #expect(try standIn.stats().requests == 29)
    try expectToGoOn(standIn)
  }

  /// The line fits the terminal as it is at each moment.
  @Test func theLineFollowsTheTerminalsWidth() throws {
    let standIn = try StandIn(["--latency", "500ms"])
    let drawn = " waiting"
    let events: [Event] = [
      .resize(50, after: 0.3, shown: drawn),
      // What was drawn before the tool knew is not counted.
      .resize(50, after: 0.3, shown: drawn), .resize(130, after: 0.3, shown: drawn),
      .resize(130, after: 0.3, shown: drawn),
    ]
    let screen = try screen(
      Self.job, columns: 100, events, environment: environment(standIn))
    #expect(screen.status == 0, "\(screen)")
    try #require(screen.drawnByWidth.count == 5, "\(screen)")
    for (index, columns) in [(0, 100), (2, 50), (4, 130)] {
      let drawn = screen.drawnByWidth[index]
      #expect(!drawn.isEmpty && drawn.allSatisfy { $0.count < columns }, "\(drawn)")
    }
    #expect(screen.drawnByWidth[4].contains { $0.count > 60 }, "\(screen)")
    // Nor does anything stay of what the narrower terminal broke into two.
    expectToolsLines(screen)
  }

  /// Programs that know nothing of the progress line write on the terminal too.
  @Test(arguments: [60, 80, 200])
  func whatAnotherProgramWritesStandsOnItsOwnLine(columns: Int) throws {
    let standIn = try StandIn(["--latency", "300ms"])
    let screen = try screen(
      "{ sleep 1; echo of another >&2; } & \(Self.job); wait", columns: columns,
      environment: environment(standIn))
    #expect(screen.lines.contains("of another"), "\(screen)")
    expectToolsLines(screen, but: "of another")
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
    let result = try Command.tool("vqa-hash").run(input: rows.joined())
    #expect(result.status == 1)
    let lines = result.errors.split(separator: "\n")
    try #require(lines.count == 7, "\(result)")
    // Which rows fail first depends on the threads.
    #expect(lines[..<5].allSatisfy { $0.hasPrefix("vqa-hash: <stdin>:") }, "\(result)")
    #expect(lines[5].hasPrefix("vqa-hash: 451 rows: "))
    #expect(lines[5].hasSuffix(", for example \(lines[0].dropFirst("vqa-hash: ".count))"))
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
