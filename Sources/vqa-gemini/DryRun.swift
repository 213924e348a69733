import SQLite
import Shared

/// Writes the requests that a run would send, as JSON Lines in the form of the
/// Batch API (`{"key":…,"request":…}`), and estimates what they cost.
struct DryRun: ~Copyable {
  private var writer: RequestWriter
  private let cache: AnswerCache
  /// Requests that this run has written, which is not to be remembered.
  private let written: AnswerCache
  private let isPerImage: Bool
  private var groups = ImageGroups()
  /// The ids of rows that are not written yet, by their ticket.
  private var ids: [Int: String] = [:]
  private var output = ByteWriter.standardOutput()
  private(set) var requests = 0
  private(set) var tokens = 0
  private var counts = RowCounts()

  init(writer: RequestWriter, cache: AnswerCache, isPerImage: Bool) throws(ToolError) {
    self.writer = writer
    self.cache = cache
    self.isPerImage = isPerImage
    written = try AnswerCache(path: nil, refresh: false)
  }

  /// Reads all rows and writes what they ask.
  mutating func run(_ reader: inout LineReader, intake: Intake) throws {
    while let line = try reader.next() {
      counts.rows += 1
      let row: RowView
      do throws(JSONError) {
        row = try RowView(line.text.span)
      } catch {
        fail(line, "\(error)", intake)
        continue
      }
      switch intake.disposition(of: row) {
      case .pass: counts.failedBefore += 1
      case .workUnlessDone where row.kind(of: .descriptiveAnswer) == .string:
        counts.unchanged += 1
      case .work, .workUnlessDone: try take(Row(row), line, intake)
      }
    }
    while let group = groups.popFirst() { try write(group, line: nil, intake) }
    try output.flush()
  }

  /// What the run would cost.
  func summary(price: Budget.Price?) -> String {
    var text = "dry run: \(counts.rows) rows, \(requests) requests, about \(tokens) input tokens"
    if let price {
      let cost = price.cost(of: Usage(prompt: tokens))
      text += ", \(Budget.amount(cost)) to pay and the answers"
    }
    return text
  }

  /// Closes the output; to be called last.
  consuming func close() throws -> ExitStatus {
    let status = counts.exitStatus
    try output.close()
    return status
  }

  private mutating func take(_ row: Row, _ line: Line, _ intake: Intake) throws {
    let ask: Ask
    do throws(RowFailure) {
      ask = try writer.ask(row, ticket: counts.rows)
    } catch {
      return fail(line, error.message, intake)
    }
    let key = ask.questions[0].key.bytes
    guard try cache.members(for: key) == nil, try written.members(for: key) == nil else { return }
    try written.store([], for: key)
    ids[counts.rows] = row[.id]?.string ?? "\(line.source):\(line.number)"
    if !isPerImage {
      try write(ask, line: line, intake)
    } else if let group = groups.add(ask) {
      try write(group, line: nil, intake)
    }
  }

  private mutating func write(_ ask: Ask, line: Line?, _ intake: Intake) throws {
    var text = Array("{\"key\":".utf8)
    let names = ask.questions.compactMap { ids.removeValue(forKey: $0.ticket) }
    JSONText.appendQuoted(names.joined(separator: " "), to: &text)
    text += ",\"request\":".utf8
    do throws(RowFailure) {
      for piece in try writer.pieces(ask) { text += piece }
    } catch {
      counts.failed += 1
      StandardError.line("\(intake.stage): \(error.message)")
      return
    }
    text.append(UInt8(ascii: "}"))
    try output.writeLine(text)
    requests += 1
    tokens += writer.tokens(ask)
  }

  private mutating func fail(_ line: Line, _ message: String, _ intake: Intake) {
    counts.failed += 1
    StandardError.line("\(intake.stage): \(line.source):\(line.number): \(message)")
  }
}
