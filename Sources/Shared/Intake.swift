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

  /// What is to be done with a line.
  public enum Disposition: Sendable {
    /// Nothing: it failed in an earlier stage, or is no row at all and says so.
    case passFailed
    /// Nothing: it already holds what this filter adds.
    case passDone
    /// It is not a row; this is the line that takes its place.
    case reject([UInt8], JSONError)
    /// Try it.
    case work(Row)
  }

  /// - Parameter isDone: whether a row holds what the filter adds.
  public func disposition(
    of line: Line, isDone: (Row) throws -> Bool
  ) rethrows -> Disposition {
    let row: Row
    do throws(JSONError) {
      row = try Row(line: line.text)
    } catch {
      return .reject(rejected(line, String(describing: error)), error)
    }
    if let error = row[.error], !isMine(error) { return .passFailed }
    if !force, row[.error] == nil, try isDone(row) { return .passDone }
    return .work(row)
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
