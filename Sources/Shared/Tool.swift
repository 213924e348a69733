public import ArgumentParser
import Glibc

/// A command-line tool of this toolkit. It is the program's `@main` type and
/// supplies `execute`; the rest is here: parsing, messages, exit statuses and
/// signals (design, section 3).
public protocol Tool: ParsableCommand {
  /// Does the work.
  ///
  /// - Throws: `ToolError` when it cannot.
  mutating func execute() throws -> ExitStatus
}

extension Tool {
  /// The tool's name, as in its messages and its rows' errors.
  public static var toolName: String { configuration.commandName ?? _commandName }

  /// Parses the command line, works, and ends the process.
  public static func main() {
    Interrupt.install()
    do {
      try StandardStreams.check()
      var command = try parseAsRoot()
      guard var tool = command as? Self else {
        // A command of ArgumentParser's own, such as the help.
        try command.run()
        return
      }
      finish(try tool.execute())
    } catch let error as ToolError {
      StandardError.endDrawing()
      StandardError.line("\(toolName): \(error)")
      finish(error.status)
    } catch {
      exit(withError: error)
    }
  }

  private static func finish(_ status: ExitStatus) -> Never {
    if let signal = Interrupt.requested { Interrupt.reraise(signal) }
    Glibc.exit(status.rawValue)
  }
}

/// What a process may count on of descriptors 0, 1 and 2.
enum StandardStreams {
  /// Refuses a closed stdout, and opens /dev/null in the place of a closed
  /// stdin or stderr: else the next file to be opened would take its number,
  /// and messages would be written into it.
  static func check() throws(ToolError) {
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
      guard descriptor != 1 else { throw ToolError("<stdout>: \(SystemError(code: EBADF))") }
      _ = unsafe open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY)
    }
  }
}
