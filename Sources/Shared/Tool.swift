public import ArgumentParser
import Glibc
import Synchronization

/// A command-line tool of this toolkit. It is the program's `@main` type and
/// supplies `execute`; the rest is here: parsing, messages, exit statuses and
/// signals (design, section 3).
public protocol Tool: ParsableCommand {
  /// Does the work.
  ///
  /// - Throws: when it cannot: any error ends the tool with one line on stderr
  ///   and status 2, unless it is a `ToolError` with another status.
  mutating func execute() throws -> ExitStatus
}

extension Tool {
  /// The tool's name, as in its messages and its rows' errors.
  public static var toolName: String { configuration.commandName ?? _commandName }

  /// Parses the command line, works, and ends the process.
  public static func main() {
    do {
      try StandardStreams.check()
      try Interrupt.install()
      finish(try run())
    } catch let error as ToolError {
      fail("\(error)", error.status)
    } catch {
      fail("\(error)", .cannotWork)
    }
  }

  private static func run() throws -> ExitStatus {
    // Without /proc (in a bare chroot) a tool would work as if it had been given
    // none.
    let arguments = ProcessArguments.current()
    guard !arguments.isEmpty else {
      throw ToolError("the arguments cannot be read: /proc is not mounted")
    }
    var tool: Self
    do {
      let command = try parseAsRoot(Array(arguments.dropFirst()))
      guard let parsed = command as? Self else {
        // A command of ArgumentParser's own, such as the one for completions.
        var other = command
        try other.run()
        return .done
      }
      tool = parsed
      StandardStreams.toolName.withLock { $0 = toolName }
    } catch {
      return try answer(error)
    }
    return try tool.execute()
  }

  /// Prints what ArgumentParser throws: help, version or a usage error.
  private static func answer(_ error: any Error) throws -> ExitStatus {
    let message = fullMessage(for: error)
    guard exitCode(for: error) != .success else {
      var output = ByteWriter.standardOutput()
      try output.writeLine(Array(message.utf8))
      try output.close()
      return .done
    }
    StandardError.text(usageError(message))
    Glibc.exit(ExitCode.validationFailure.rawValue)
  }

  private static func usageError(_ message: String) -> String {
    let prefix = "Error: "
    let text = message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message
    return "\(toolName): \(text)"
  }

  private static func fail(_ message: String, _ status: ExitStatus) -> Never {
    StandardError.endDrawing()
    // What a signal cut short is no failure of its own.
    if Interrupt.endingSignal == nil { StandardError.line("\(toolName): \(message)") }
    finish(status)
  }

  private static func finish(_ status: ExitStatus) -> Never {
    StandardError.endDrawing()
    if Interrupt.requested != nil, !Progress.hasFinished.load(ordering: .relaxed) {
      StandardError.line("\(toolName): interrupted; run the same command again")
    }
    if let signal = Interrupt.endingSignal { Interrupt.reraise(signal) }
    Glibc.exit(status.rawValue)
  }
}
