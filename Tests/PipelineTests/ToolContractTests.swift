import Foundation
import TestSupport
import Testing

/// What all four tools promise alike: statuses, streams, signals (README,
/// "The rows").
struct ToolContractTests {
  static let tools = ["vqa-extract", "vqa-hash", "vqa-gemini", "vqa-merge"]
  static let readers = ["vqa-hash", "vqa-gemini", "vqa-merge"]

  /// A row that every tool has something to write for without doing anything.
  private static let failedRow =
    #"{"id":"t/0","error":{"stage":"vqa-extract","code":"example","message":"no"}}"# + "\n"
  private static let environment = [
    "GEMINI_API_KEY": "none-is-asked", "XDG_CACHE_HOME": home, "XDG_STATE_HOME": home,
  ]
  /// For what vqa-gemini keeps.
  private static let home = FileManager.default.temporaryDirectory
    .appending(path: "vqa-contract-\(ProcessInfo.processInfo.processIdentifier)").path

  private func command(_ tool: String, _ arguments: [String] = []) -> Command {
    var command = Command.tool(tool, arguments)
    command.environment = Self.environment
    return command
  }

  private func shell(_ script: String) -> Command {
    var command = Command.shell(script)
    command.environment = Self.environment
    return command
  }

  @Test(arguments: tools)
  func helpFitsTheScreenAndGoesToStdout(_ tool: String) throws {
    let result = try command(tool, ["--help"]).run()
    #expect(result.status == 0, "\(result)")
    #expect(result.stderr.isEmpty)
    let wide = result.lines.filter { $0.count > 80 }
    #expect(wide.isEmpty, "\(wide)")
    #expect(result.output.contains("USAGE: \(tool)"))
  }

  @Test(arguments: tools, [60, 80, 200])
  func examplesAreNotWrapped(_ tool: String, _ columns: Int) throws {
    var command = command(tool, ["--help"])
    command.environment["COLUMNS"] = "\(columns)"
    let result = try command.run()
    // A long word, such as an address, cannot be wrapped.
    let wide = result.lines.filter { $0.count > columns && $0.split(separator: " ").count > 1 }
    #expect(wide.isEmpty, "\(wide)")
    // What stands in the discussion with two or more spaces before it is an
    // example, and none of its lines goes on at the margin.
    let discussion = result.lines.prefix { !$0.hasPrefix("USAGE") }
    let examples = discussion.filter { $0.hasPrefix("  ") }
    let whole = try self.command(tool, ["--help"]).wide().lines.filter { $0.hasPrefix("  ") }
    #expect(!examples.isEmpty && examples.allSatisfy(whole.contains), "\(examples)")
    #expect(result.output.contains("Exit status: 0"))
    #expect(result.output.contains("--progress <when>"))
    #expect(!result.output.contains("--output <output>"))
  }

  @Test(arguments: tools)
  func everyOptionHasItsHeading(_ tool: String) throws {
    let lines = try command(tool, ["--help"]).run().output.split(
      separator: "\n", omittingEmptySubsequences: false)
    let headings = lines.filter { $0.hasSuffix(":") && $0 == $0.uppercased() }
    #expect(headings.first == "ARGUMENTS:" && headings.suffix(2) == ["MESSAGES:", "OPTIONS:"])
    #expect(headings.count >= 5, "\(headings)")
    let rest = lines.drop { $0 != "OPTIONS:" }.filter { $0.hasPrefix("  -") }
    #expect(rest.map { $0.split(separator: " ")[0] } == ["--version", "-h,"], "\(rest)")
    // Values are called what they are.
    for match in lines.joined(separator: "\n").matches(of: #/--([a-z-]+) <([^>]+)>/#) {
      let isKind = ["task", "format", "tier", "card", "keep"].contains(match.output.1)
      #expect(isKind || match.output.1 != match.output.2, "\(match.output.0)")
    }
  }

  @Test(arguments: tools)
  func versionIsTold(_ tool: String) throws {
    let result = try command(tool, ["--version"]).run()
    #expect(result.status == 0, "\(result)")
    #expect(result.output.contains("0.2.0"))
  }

  @Test(arguments: tools)
  func aTypoInAnOptionIsAUsageError(_ tool: String) throws {
    let result = try command(tool, ["--quite"]).run()
    #expect(result.status == 64, "\(result)")
    #expect(result.stdout.isEmpty)
    #expect(result.errors.contains("--quiet"), "\(result)")
  }

  @Test(arguments: tools)
  func anOperandThatIsNotThereIsNamed(_ tool: String) throws {
    let result = try command(tool, ["-q", "no-such-file.parquet"]).run()
    #expect(result.status == 2, "\(result)")
    #expect(result.stdout.isEmpty)
    #expect(result.errors == "\(tool): no-such-file.parquet: No such file or directory\n")
  }

  /// What an unset variable of a script makes (`-o "$result"`) is told before
  /// anything is done, for every option that takes the name of a file.
  @Test(arguments: tools)
  func anEmptyNameOfAFileIsAUsageError(_ tool: String) throws {
    let help = try command(tool, ["--help"]).run().output
    let options = help.matches(of: #/(--[a-z-]+) <(?:file|directory|folder\|zip)>/#).map {
      String($0.output.1)
    }
    #expect(options.count >= (tool == "vqa-merge" ? 8 : tool == "vqa-gemini" ? 5 : 1))
    for name in options {
      let result = try command(tool, [name, ""]).run()
      #expect(result.status == 64 && result.stdout.isEmpty, "\(result)")
      #expect(
        result.errors.hasPrefix("\(tool): The value '' is invalid for '\(name) <")
          && result.errors.contains(">': a name is needed\n"), "\(result)")
    }
    let result = try command(tool, [""]).run()
    #expect(result.status == 64 && result.errors.contains(">': a name is needed\n"), "\(result)")
  }

  @Test(arguments: readers)
  func aDirectoryIsNoInput(_ tool: String) throws {
    let result = try command(tool, ["-q", "/usr"]).run()
    #expect(result.status == 2, "\(result)")
    #expect(result.errors == "\(tool): /usr: Is a directory\n")
  }

  @Test(arguments: readers)
  func aFullDiskIsToldInOneLine(_ tool: String) throws {
    let result = try shell("\(tool) -q > /dev/full").run(input: Self.failedRow)
    #expect(result.status == 2, "\(result)")
    #expect(
      result.errors.contains("\(tool): <stdout>: No space left on device\n"), "\(result)")
  }

  @Test(arguments: tools)
  func aClosedOutputIsToldInOneLine(_ tool: String) throws {
    let result = try shell("\(tool) -q \(Self.input(of: tool)) >&-").run(input: Self.failedRow)
    #expect(result.status == 2, "\(result)")
    #expect(result.errors == "\(tool): <stdout>: Bad file descriptor\n", "\(result)")
  }

  @Test(arguments: tools)
  func aReaderThatLeavesEndsItQuietly(_ tool: String) throws {
    // Also where the signal is ignored, as some parents leave it.
    for trap in ["", "trap '' PIPE; "] {
      let script =
        "\(trap){ \(tool) -q \(Self.input(of: tool)); echo $? >&2; } | sleep 0.3 | true"
      let many = String(repeating: Self.failedRow, count: 50_000)
      let result = try shell(script).run(input: tool == "vqa-extract" ? "" : many)
      #expect(["0\n", "1\n", "141\n"].contains(result.errors), "\(result)")
    }
  }

  @Test(arguments: readers)
  func noInputIsNoError(_ tool: String) throws {
    let result = try command(tool, ["-q"]).run()
    #expect(result.status == 0, "\(result)")
    #expect(result.stderr.isEmpty)
  }

  @Test(arguments: ["vqa-hash", "vqa-gemini"], [SIGINT, SIGTERM])
  func aSignalEndsItAfterWritingWhatItHas(_ tool: String, _ signal: Int32) throws {
    let scratch = try Scratch()
    var command = shell("exec 3< fifo; exec \(tool) -q <&3")
    command.directory = scratch.url
    _ = unsafe mkfifo(scratch.path("fifo"), 0o600)
    let running = try command.start()
    let writer = try FileHandle(forWritingTo: URL(filePath: scratch.path("fifo")))
    try writer.write(contentsOf: Data(Self.failedRow.utf8))
    // The row comes through although the input goes on.
    let deadline = Date(timeIntervalSinceNow: 20)
    while try running.outputSoFar().isEmpty, Date() < deadline { usleep(10_000) }
    #expect(try running.outputSoFar() == Data(Self.failedRow.utf8))
    kill(running.process.processIdentifier, signal)
    let result = try running.finish()
    #expect(result.status == 128 + signal, "\(result)")
    #expect(result.output == Self.failedRow)
    try writer.close()
  }

  private static func input(of tool: String) -> String {
    tool == "vqa-extract" ? "'\(Sample.train)'" : ""
  }
}

extension Command {
  /// The output of the command where no line is wrapped.
  fileprivate func wide() throws -> CommandResult {
    var command = self
    command.environment["COLUMNS"] = "1000"
    return try command.run()
  }
}

/// The sample that is in the repository.
enum Sample {
  static let folder = Command.sourceRoot.appending(path: "pipelines/sample").path
  static let train = Command.sourceRoot
    .appending(path: "pipelines/sample/data/train-00000-of-00001.parquet").path
  static let test = Command.sourceRoot
    .appending(path: "pipelines/sample/data/test-00000-of-00001.parquet").path
}
