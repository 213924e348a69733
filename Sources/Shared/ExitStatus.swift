/// How a tool ends, beside 64 for a command line that it does not understand
/// and 130 or 143 for a signal.
public enum ExitStatus: Int32, Sendable {
  /// Every row is done.
  case done = 0
  /// Finished; some rows carry `error`.
  case someRowsFailed = 1
  /// Could not work: an input that does not open, an output that cannot be
  /// written, a configuration that makes no sense.
  case cannotWork = 2
  /// Stopped early on purpose; running the same again continues.
  case stoppedEarly = 75
}

/// Why a tool cannot work at all: one line on stderr, status 2.
public struct ToolError: Error, CustomStringConvertible, Sendable {
  /// What was wrong with what, and what to do: lower case, no full stop.
  public let description: String
  /// The status to end with.
  public let status: ExitStatus

  /// A message and the status that goes with it.
  public init(_ description: String, status: ExitStatus = .cannotWork) {
    self.description = description
    self.status = status
  }
}

/// Why one row failed. It becomes the row's `error`; the others go on.
public struct RowFailure: Error, Sendable {
  /// One of the tool's documented codes.
  public let code: String
  /// For people: lower case, no full stop.
  public let message: String
  /// Whether it costs a line on stderr; rows that were not even tried share
  /// one line among them.
  public let isReported: Bool
  /// What the row would have been given but for this, for people to look at;
  /// nil if there is nothing.
  public let text: String?

  /// A code and a message for people.
  public init(code: String, message: String, isReported: Bool = true, text: String? = nil) {
    self.code = code
    self.message = message
    self.isReported = isReported
    self.text = text
  }

  /// The `error` member of a row, without commas around it.
  public func member(stage: String) -> [UInt8] {
    var text = Array("\"error\":{\"stage\":".utf8)
    JSONText.appendQuoted(stage, to: &text)
    text += ",\"code\":".utf8
    JSONText.appendQuoted(code, to: &text)
    text += ",\"message\":".utf8
    JSONText.appendQuoted(message, to: &text)
    if let rejected = self.text {
      text += ",\"text\":".utf8
      JSONText.appendQuoted(rejected, to: &text)
    }
    text.append(UInt8(ascii: "}"))
    return text
  }
}
