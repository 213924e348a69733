import Foundation
import TestSupport
import Testing

/// Streams that are closed or full or that nobody reads, and signals, for all
/// four tools alike.
@Suite(.timeLimit(.minutes(15)))
struct StreamTests {
  static let tools = ToolContractTests.tools
  /// Closed descriptors, as the shell writes them.
  static let closings = ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"]

  private static let row =
    #"{"id":"t/0","split":"t","row":0,"question":"q","answer":"a","image_hash":"00","#
    + #""image_path":"p.png","image_size":[1,1],"descriptive_answer":"a. Explanation: b"}"# + "\n"

  /// For what vqa-gemini keeps.
  private static let home = FileManager.default.temporaryDirectory
    .appending(path: "vqa-streams-\(ProcessInfo.processInfo.processIdentifier)").path

  private func shell(_ script: String) -> Command {
    var command = Command.shell(script)
    command.environment = [
      "GEMINI_API_KEY": "none-is-asked", "XDG_CACHE_HOME": Self.home, "XDG_STATE_HOME": Self.home,
    ]
    command.timeLimit = 20
    return command
  }

  /// A row that needs nothing of the tool, as a file.
  private func rows(for tool: String, in scratch: Scratch, count: Int = 1) throws -> String {
    _ = try scratch.write("", to: "p.png")
    let text =
      tool == "vqa-merge" || tool == "vqa-extract"
      ? (0..<count).map {
        Self.row.replacing("t/0", with: "t/\($0)").replacing("\"row\":0", with: "\"row\":\($0)")
      }
      .joined() : String(repeating: Self.row, count: count)
    return try scratch.write(text, to: "rows.jsonl")
  }

  /// The reading end of a FIFO, which needs no writer to be opened.
  private static func openReader(_ path: String) -> FileHandle {
    let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, 0)
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// Waits until so many bytes are in a pipe, for a while.
  private static func wait(_ reader: FileHandle, for count: Int32) {
    var waiting: Int32 = 0
    for _ in 0..<3_000 where waiting < count {
      usleep(10_000)
      _ = unsafe ioctl(reader.fileDescriptor, UInt(FIONREAD), &waiting)
    }
  }

  @Test(arguments: tools, closings)
  func closedStreamsAreKnownAtOnce(_ tool: String, _ closing: String) throws {
    for isOperand in [true, false] {
      // vqa-extract without an operand reads no stdin.
      if tool == "vqa-extract", !isOperand { continue }
      let scratch = try Scratch()
      let path = try rows(for: tool, in: scratch)
      let operand = isOperand ? "'\(path)'" : closing.contains("<&-") ? "" : "- < '\(path)'"
      var command = shell("\(tool) -q --version > /dev/null; \(tool) -q \(operand) \(closing)")
      command.directory = scratch.url
      let result = try command.run()
      let lacksInput = closing.contains("<&-") && !isOperand
      let fails =
        lacksInput
        || closing.contains(">&-") && closing != "2>&-"
          && !(closing == "<&- 2>&-")
      #expect(result.status == (fails ? 2 : 0), "\(result)")
      guard !closing.contains("2>&-") else { continue }
      let stream = closing.contains(" >&-") || closing == ">&-" ? "<stdout>" : "<stdin>"
      #expect(result.errors == (fails ? "\(tool): \(stream): Bad file descriptor\n" : ""))
    }
  }

  @Test(arguments: tools, ["--help", "--version", "--generate-completion-script bash"])
  func helpThatCannotBeWrittenIsAFailure(_ tool: String, _ option: String) throws {
    let full = try shell("\(tool) \(option) > /dev/full").run()
    #expect(full.status == 2, "\(full)")
    #expect(full.errors == "\(tool): <stdout>: No space left on device\n")
    let written = try shell("\(tool) \(option)").run()
    #expect(written.status == 0 && written.stderr.isEmpty && !written.stdout.isEmpty)
  }

  @Test(arguments: tools, [SIGINT, SIGTERM, SIGHUP])
  func aSignalEndsItAlthoughNobodyReads(_ tool: String, _ signal: Int32) throws {
    let scratch = try Scratch()
    let path = try rows(for: tool, in: scratch, count: 20_000)
    _ = unsafe mkfifo(scratch.path("fifo"), 0o600)
    var command = shell("exec \(tool) -q '\(path)' > fifo")
    command.directory = scratch.url
    let running = try command.start()
    let reader = Self.openReader(scratch.path("fifo"))
    // It has written what the pipe takes, and cannot go on.
    Self.wait(reader, for: 60_000)
    kill(running.process.processIdentifier, signal)
    let start = Date()
    let result = try running.finish()
    #expect(result.status == 128 + signal, "\(result)")
    #expect(Date().timeIntervalSince(start) < 15)
    try reader.close()
  }

  @Test(arguments: tools)
  func ignoredSignalsStayIgnored(_ tool: String) throws {
    let scratch = try Scratch()
    let path = try rows(for: tool, in: scratch, count: 20_000)
    _ = unsafe mkfifo(scratch.path("fifo"), 0o600)
    var command = shell("trap '' INT TERM HUP; exec \(tool) -q '\(path)' > fifo")
    command.directory = scratch.url
    let running = try command.start()
    let reader = Self.openReader(scratch.path("fifo"))
    Self.wait(reader, for: 1)
    for signal in [SIGINT, SIGTERM, SIGHUP] { kill(running.process.processIdentifier, signal) }
    let rest = try reader.readToEnd() ?? Data()
    let result = try running.finish()
    #expect(result.status == 0, "\(result)")
    #expect(rest.count > 100_000)
  }

  @Test(arguments: tools, [4, 5, 6, 7, 8, 9, 10, 12])
  func wantOfDescriptorsIsStatus2(_ tool: String, _ limit: Int) throws {
    let scratch = try Scratch()
    let path = try rows(for: tool, in: scratch)
    var command = shell("ulimit -n \(limit); exec \(tool) -q '\(path)'")
    command.directory = scratch.url
    let result = try command.run()
    #expect([0, 2].contains(result.status), "\(result)")
    let lines = result.errors.split(separator: "\n")
    #expect(lines.count == (result.status == 0 ? 0 : 1), "\(result)")
    #expect(lines.allSatisfy { $0.hasPrefix("\(tool): ") && !$0.contains("(kind:") }, "\(result)")
  }

  @Test(arguments: tools)
  func usageErrorsBeginWithTheToolsName(_ tool: String) throws {
    for arguments in ["--no-such-option", "--progress sometimes", "--progress"] {
      let result = try shell("\(tool) \(arguments)").run()
      #expect(result.status == 64, "\(result)")
      #expect(result.errors.hasPrefix("\(tool): "), "\(result)")
      #expect(!result.errors.contains("Error:"), "\(result)")
    }
  }
}
