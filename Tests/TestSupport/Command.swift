public import Foundation

/// What a finished program left behind.
public struct CommandResult: Sendable, CustomStringConvertible {
  /// The command, for messages.
  public let command: String
  /// As a shell gives it: 128 and the signal for one that died of it.
  public let status: Int32
  /// All of its stdout.
  public let stdout: Data
  /// All of its stderr.
  public let stderr: Data

  /// stdout as text.
  public var output: String { String(decoding: stdout, as: UTF8.self) }
  /// stderr as text.
  public var errors: String { String(decoding: stderr, as: UTF8.self) }
  /// The lines of stdout, without empty ones.
  public var lines: [String] { output.split(separator: "\n").map(String.init) }

  /// All that a failed test has to show.
  public var description: String {
    "\(command)\n-> status \(status)\nstdout: \(output.prefix(2_000))\nstderr: \(errors.prefix(4_000))"
  }
}

/// A program that is run by a test.
public struct Command: Sendable {
  private let executable: String
  private let arguments: [String]
  /// Added to the small environment that all tests share.
  public var environment: [String: String] = [:]
  /// The working directory; the test's own, if nil.
  public var directory: URL?
  /// Killed after so many seconds, with all that it has started.
  public var timeLimit = 300.0

  /// - Parameter executable: a path.
  public init(_ executable: String, _ arguments: [String]) {
    self.executable = executable
    self.arguments = arguments
  }

  /// One of the built tools, by name.
  public static func tool(_ name: String, _ arguments: [String] = []) -> Command {
    Command(builtProducts.appending(path: name).path, arguments)
  }

  /// A line for `sh -c`, with the built tools on the PATH.
  public static func shell(_ script: String) -> Command {
    Command("/bin/sh", ["-c", script])
  }

  /// Where the tools are: `VQA_BIN_DIR`, so that a release build can be put
  /// to the test, else beside the running tests.
  public static let builtProducts: URL = {
    if let directory = ProcessInfo.processInfo.environment["VQA_BIN_DIR"] {
      return URL(filePath: directory)
    }
    return URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
  }()

  /// The root of the source tree.
  public static let sourceRoot = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Runs to the end. Its streams go through files, so that no pipe fills up.
  public func run(input: Data = Data()) throws -> CommandResult {
    let scratch = try Scratch("command")
    let process = try start(in: scratch, input: input)
    wait(for: process)
    return try result(of: process, in: scratch)
  }

  private func wait(for process: Process) {
    let watchdog = Watchdog(process, seconds: timeLimit)
    process.waitUntilExit()
    watchdog.cancel()
  }

  /// Runs to the end with a text as input.
  public func run(input: String) throws -> CommandResult { try run(input: Data(input.utf8)) }

  /// Starts and returns at once; to be waited for with `Running.finish`.
  public func start(input: Data = Data()) throws -> Running {
    let scratch = try Scratch("command")
    return Running(command: self, process: try start(in: scratch, input: input), scratch: scratch)
  }

  /// A program under way.
  public struct Running {
    let command: Command
    /// For signals.
    public let process: Process
    let scratch: Scratch

    /// Waits until it ends.
    public func finish() throws -> CommandResult {
      command.wait(for: process)
      return try command.result(of: process, in: scratch)
    }

    /// What it has written so far.
    public func outputSoFar() throws -> Data { try scratch.read("stdout") }
    /// What it has said so far.
    public func errorsSoFar() throws -> String {
      String(decoding: try scratch.read("stderr"), as: UTF8.self)
    }
  }

  private func start(in scratch: Scratch, input: Data) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: executable)
    process.arguments = arguments
    process.environment = Self.baseEnvironment.merging(environment) { $1 }
    if let directory { process.currentDirectoryURL = directory }
    process.standardInput = try FileHandle(
      forReadingFrom: URL(filePath: scratch.write(input, to: "stdin")))
    process.standardOutput = try FileHandle(
      forWritingTo: URL(filePath: scratch.write("", to: "stdout")))
    process.standardError = try FileHandle(
      forWritingTo: URL(filePath: scratch.write("", to: "stderr")))
    // A child takes over the mask of the thread that starts it, and tests run
    // on threads that block signals.
    var signals = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&signals)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
    return process
  }

  private func result(of process: Process, in scratch: Scratch) throws -> CommandResult {
    let status = process.terminationStatus
    return CommandResult(
      command: ([executable] + arguments).joined(separator: " "),
      status: process.terminationReason == .uncaughtSignal ? 128 + status : status,
      stdout: try scratch.read("stdout"), stderr: try scratch.read("stderr"))
  }

  /// The same on every machine: no locale, no terminal, no keys of the person
  /// who runs the tests. What the sanitizers are told holds for the tools, too.
  private static let baseEnvironment: [String: String] = [
    "PATH": "\(builtProducts.path):/usr/local/bin:/usr/bin:/bin",
    "LC_ALL": "C", "COLUMNS": "80", "TERM": "dumb",
    "HOME": FileManager.default.temporaryDirectory.path,
    "TMPDIR": FileManager.default.temporaryDirectory.path,
  ].merging(
    ProcessInfo.processInfo.environment.filter { $0.key.hasSuffix("SAN_OPTIONS") },
    uniquingKeysWith: { own, _ in own })
}
