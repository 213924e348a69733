/// What is to be done with each line: the laws of the row contract that are
/// the same for every filter (design, section 2).
public struct Intake: Sendable {
  /// The tool's name, which its errors carry as `stage`.
  public let stage: String
  /// Whether rows that are done already are done again.
  public let force: Bool

  /// The rules for the stage of that name.
  public init(stage: String, force: Bool) {
    self.stage = stage
    self.force = force
  }

  /// What is to be done with a row.
  public enum Disposition: Sendable {
    /// Nothing: it failed in an earlier stage, or is no row at all and says so.
    case pass
    /// Nothing, if it already holds what this filter adds; else try it.
    case workUnlessDone
    /// Try it.
    case work
  }

  /// What is to be done with a row.
  public func disposition(of row: borrowing RowView) -> Disposition {
    guard row.hasError, let error = row.value(of: .error) else {
      return force ? .work : .workUnlessDone
    }
    return isMine(error) ? .work : .pass
  }

  /// Whether an `error` is of this stage and can be tried again. What was no
  /// row then is none now.
  private func isMine(_ error: JSONValue) -> Bool {
    error["stage"]?.string == stage && error["code"]?.string != "bad_row"
  }

  /// The line that takes the place of one that is no JSON object.
  public func rejected(_ line: Line, _ message: String) -> [UInt8] {
    var text = Array("{\"error\":{\"stage\":".utf8)
    JSONText.appendQuoted(stage, to: &text)
    text += ",\"code\":\"bad_row\",\"message\":".utf8
    JSONText.appendQuoted(message, to: &text)
    text += ",\"line\":\(line.number),\"input\":".utf8
    JSONText.appendQuotedLossless(line.text, to: &text)
    text += "}}".utf8
    return text
  }
}
