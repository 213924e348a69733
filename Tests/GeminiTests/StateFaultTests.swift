import Foundation
import SQLite
import TestSupport
import Testing

/// Files in the places of the cache and of the limits that are not theirs.
struct StateFaultTests {
  enum File: CaseIterable {
    case text, foreign, newer, damaged, directory
  }

  enum Use: CaseIterable {
    case cache, cacheOfADryRun, limits
  }

  /// Status 2 and one line that names the file and says what to do; the file
  /// stays as it is.
  @Test(arguments: File.allCases, Use.allCases)
  func whatIsNotOursIsRefused(file: File, use: Use) throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    // A good file of each kind.
    _ = try run.tool().run(input: run.rows(1))
    let path = run.scratch.path(
      use == .limits ? "state/vqa/limits.sqlite" : "cache/vqa/answers.sqlite")
    try spoil(path, file)
    let before = FileManager.default.contents(atPath: path)
    let result = try run.tool(use == .cacheOfADryRun ? ["--dry-run"] : []).run(input: run.rows(3))
    #expect(result.status == 2, "\(result)")
    let lines = result.errors.split(separator: "\n")
    #expect(lines.count == 1 && result.errors.hasPrefix("vqa-gemini: \(path): "), "\(result)")
    let advice =
      switch file {
      case .text, .damaged: "move the file away to start anew: "
      case .foreign: "a database of another program; name another file, or move it away"
      case .newer: "use that version, or move the file away: "
      case .directory: "Is a directory"
      }
    #expect(result.errors.contains(advice), "\(result)")
    #expect(FileManager.default.contents(atPath: path) == before)
    #expect(try server.stats().requests == 1)
  }

  private func spoil(_ path: String, _ file: File) throws {
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    switch file {
    case .text:
      try Data("no database, but longer than an empty file".utf8).write(to: URL(filePath: path))
    case .foreign:
      try FileManager.default.removeItem(atPath: path)
      try Database(path: path).execute("CREATE TABLE notes(text)")
    case .newer: try Database(path: path).execute("PRAGMA user_version = 99")
    case .damaged:
      var data = try Data(contentsOf: URL(filePath: path))
      data.replaceSubrange(100..., with: Data(repeating: 0xA5, count: data.count - 100))
      try data.write(to: URL(filePath: path))
    case .directory:
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }
  }

  /// A folder that may not be written, or a file where a folder should be.
  @Test(arguments: ["cache", "state"], [[], ["--dry-run"]])
  func aPlaceThatCannotBeWrittenIsNamed(place: String, arguments: [String]) throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    // A file can be no folder, for root too.
    try run.scratch.write("a file", to: place)
    let result = try run.tool(arguments).run(input: run.rows(3))
    guard place == "cache" || arguments.isEmpty else { return #expect(result.status == 0) }
    #expect(result.status == 2 && result.errors.split(separator: "\n").count == 1, "\(result)")
    #expect(result.errors.contains("\(place)/vqa cannot be written: Not a directory"), "\(result)")
    #expect(result.errors.contains(place == "cache" ? "--cache" : "XDG_STATE_HOME"))
    #expect(try server.stats().requests == 0)
  }

  /// What is kept is the user's alone, also where an earlier version made it.
  @Test func othersCannotReadWhatIsKept() throws {
    let server = try StandIn()
    let run = try GeminiRun(server.baseURL)
    let names = [
      "cache/vqa/answers.sqlite", "cache/vqa/answers.sqlite-owners", "state/vqa/limits.sqlite",
    ]
    for round in 0..<2 {
      var command = Command.shell("umask 0; exec vqa-gemini rows\(round).jsonl")
      command.environment = run.environment
      command.directory = run.scratch.url
      try run.scratch.write(
        run.rows(2) { "round \(round), question \($0)?" }, to: "rows\(round).jsonl")
      let result = try command.run()
      #expect(result.status == 0, "\(result)")
      for name in names {
        let path = run.scratch.path(name)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600, "\(name)")
        if name.hasSuffix(".sqlite") { #expect(unsafe chmod(path, 0o644) == 0) }
      }
    }
  }

  /// What is written to a removed file is lost, and not seen by others.
  @Test(
    .timeLimit(.minutes(15)), arguments: ["cache/vqa/answers.sqlite", "state/vqa/limits.sqlite"])
  func aFileThatIsRemovedStopsTheRun(name: String) async throws {
    let server = try StandIn(["--latency", "100ms"])
    let run = try GeminiRun(server.baseURL)
    let input = try Data(run.rows(400).utf8)
    let result = try await GeminiRun.waiting {
      let running = try run.tool(["-j4", "--rpm", "9999"]).start(input: input)
      while try server.stats().requests < 20 { usleep(10_000) }
      try FileManager.default.removeItem(atPath: run.scratch.path(name))
      return try running.finish()
    }
    #expect(result.status == 2 && result.lines.count == 400, "\(result.errors)")
    #expect(result.errors.contains("\(name): removed or replaced during the run"))
    #expect(try server.stats().requests < 400)
  }

  /// With too few descriptors nothing is asked and nothing is counted; with a
  /// few more all is.
  @Test(arguments: [9, 12, 14, 20, 29, 30, 40])
  func fewDescriptors(limit: Int) throws {
    let server = try StandIn(["--key", "k1 rpm=12"])
    let run = try GeminiRun(server.baseURL, key: "k1")
    try run.scratch.write(run.rows(12), to: "rows.jsonl")
    var command = Command.shell("ulimit -n \(limit); exec vqa-gemini --rpm 12 rows.jsonl")
    command.environment = run.environment
    command.directory = run.scratch.url
    let result = try command.run()
    let isEnough = limit >= 30
    #expect(result.status == (isEnough ? 0 : 2), "\(result)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result)")
    #expect(isEnough || result.errors.lowercased().contains("open"), "\(result)")
    #expect(try server.stats().byStatus == (isEnough ? ["200": 12] : [:]))
    guard !isEnough else { return }
    // Nothing was counted: all twelve may leave.
    let again = try run.tool(["--rpm", "12", "rows.jsonl"]).run()
    #expect(again.status == 0, "\(again)")
  }
}
