/// Reads rows, has them worked on, writes them in their order: the one loop
/// of all filters.
public struct FilterLoop<Worker: RowWorker & ~Copyable>: ~Copyable {
  private var reader: LineReader
  private var writer = ByteWriter.standardOutput()
  private let intake: Intake
  private let progress: Progress
  /// What the loop works with; its tool asks it for totals in the end.
  public var worker: Worker
  private var window = OrderedWindow()
  private var pending: [Int: PendingRow] = [:]
  private var pendingBytes = 0
  private var isDraining = false
  private var hasToldOfInterrupt = false
  private var pace = Pace()
  /// Why no more could be read; told when what was read is dealt with.
  private var inputFailure: ToolError?
  /// What has gone by so far.
  public private(set) var counts = RowCounts()
  /// Rows in hand and finished rows that wait for an earlier one may take
  /// this much memory together, in bytes of their lines.
  private let windowBytes: Int

  private struct PendingRow {
    let row: Row
    let source: String
    let number: Int
  }

  /// A loop that reads `reader`, has `worker` do the work and writes to stdout.
  public init(
    reader: consuming LineReader, intake: Intake, worker: consuming Worker, progress: Progress,
    windowBytes: Int
  ) {
    self.reader = reader
    self.intake = intake
    self.worker = worker
    self.progress = progress
    self.windowBytes = windowBytes
  }

  /// Runs to the end of the input, or until a signal to stop.
  public mutating func run() throws {
    while true {
      let isHungry = try takeIn()
      if isDraining, pending.isEmpty { break }
      try deliver()
      if isHungry { try readOn() }
    }
    try writeFinished()
    try writer.flush()
    if let inputFailure { throw inputFailure }
  }

  /// Closes the output; to be called last, whose failure is the tool's.
  public consuming func close() throws -> RowCounts {
    let counts = counts
    try writer.close()
    return counts
  }

  private var hasRoom: Bool {
    pendingBytes + window.waitingBytes < windowBytes && window.count < 1 << 20
  }

  /// Takes lines that have been read. True if it stopped for want of one: only
  /// then may the reader be asked to read on.
  private mutating func takeIn() throws -> Bool {
    while !isDraining {
      guard hasRoom, worker.hasRoom else { return false }
      guard let line = reader.nextBuffered() else { return true }
      try take(line)
    }
    return false
  }

  private mutating func take(_ line: BufferedLine) throws {
    counts.rows += 1
    switch try judge(line) {
    case .failedBefore:
      counts.failedBefore += 1
      try pass(line)
    case .done:
      counts.unchanged += 1
      try pass(line)
    case .notARow(let message):
      try reject(reader.copy(line), message)
    case .work(let row):
      let ticket = window.reserve()
      pending[ticket] = PendingRow(row: row, source: reader.source, number: line.number)
      pendingBytes += row.line.count
      try worker.begin(row, ticket: ticket)
    }
  }

  /// What a line turns out to be.
  private enum Judgement {
    case failedBefore, done
    case notARow(String)
    case work(Row)
  }

  private mutating func judge(_ line: BufferedLine) throws -> Judgement {
    guard !line.isTooLong else {
      return .notARow("longer than \(LineReader.maximumLength) bytes")
    }
    let row: RowView
    do throws(JSONError) {
      row = try RowView(reader.text(of: line))
    } catch {
      return .notARow(String(describing: error))
    }
    switch intake.disposition(of: row) {
    case .pass: return .failedBefore
    case .workUnlessDone: return try worker.isDone(row) ? .done : .work(Row(row))
    case .work: return .work(Row(row))
    }
  }

  private mutating func reject(_ line: Line, _ message: String) throws {
    counts.failed += 1
    StandardError.line("\(intake.stage): \(line.source):\(line.number): \(message)")
    let replacement = intake.rejected(line, message)
    if window.count == 0 {
      try writer.writeLine(replacement)
    } else {
      window.fill(window.reserve(), with: replacement)
    }
  }

  private mutating func pass(_ line: BufferedLine) throws {
    if window.count == 0 {
      try writer.writeLine(reader.text(of: line))
    } else {
      window.fill(window.reserve(), with: [UInt8](copying: reader.text(of: line)))
    }
  }

  /// Takes what is finished and writes what is next in order.
  private mutating func deliver() throws {
    if Interrupt.requested != nil, !hasToldOfInterrupt {
      hasToldOfInterrupt = true
      isDraining = true
      try worker.interrupt()
    }
    guard !pending.isEmpty else { return }
    let wantsInput = !isDraining && hasRoom && worker.hasRoom
    let waitsForInput = wantsInput ? reader.waitDescriptor : nil
    var done = try worker.finished(orReadable: waitsForInput, isPatient: false)
    if done.isEmpty, !wantsInput || reader.wouldWait {
      try writer.flush()
      done = try worker.finished(orReadable: waitsForInput, isPatient: true)
    }
    for (ticket, outcome) in done { settle(ticket, outcome) }
    try writeFinished()
    drawProgress()
  }

  private mutating func settle(_ ticket: Int, _ outcome: RowOutcome) {
    guard let entry = pending.removeValue(forKey: ticket) else {
      preconditionFailure("no row has ticket \(ticket)")
    }
    pendingBytes -= entry.row.line.count
    let line: [UInt8]
    switch outcome {
    case .done(let members):
      counts.done += 1
      line = entry.row.replacing(worker.ownKeys + [.error], with: members)
    case .unchanged:
      counts.unchanged += 1
      line = entry.row.replacing([.error], with: [])
    case .failed(let failure):
      counts.failed += 1
      if failure.isReported { report(failure, entry) }
      line = entry.row.replacing([.error], with: failure.member(stage: intake.stage))
    }
    window.fill(ticket, with: line)
  }

  private func report(_ failure: RowFailure, _ entry: PendingRow) {
    let id = entry.row[.id]?.string.map { " \($0):" } ?? ""
    StandardError.line(
      "\(intake.stage): \(entry.source):\(entry.number):\(id) \(failure.message)")
  }

  private mutating func writeFinished() throws {
    while let line = window.next() { try writer.writeLine(line) }
  }

  /// Reads more when there is room for it; without waiting while rows are in
  /// hand, since `deliver` waits for both.
  private mutating func readOn() throws {
    guard !isDraining, hasRoom, worker.hasRoom else { return }
    let wouldWait = reader.wouldWait
    if wouldWait, !pending.isEmpty { return }
    if wouldWait { try writer.flush() }
    do throws(ToolError) {
      isDraining = try !reader.fill()
    } catch {
      inputFailure = error
      isDraining = true
    }
    if isDraining, Interrupt.requested == nil { try worker.endOfInput() }
    drawProgress()
  }

  private mutating func drawProgress() {
    guard progress.isDrawn else { return }
    pace.note(counts.rows - pending.count, at: Double(Monotonic.nanoseconds()) / 1e9)
    progress.draw { "\(intake.stage): \(counts.summary)\(pace.note(forRest: rowsLeft))" }
  }

  /// Rows in hand and, by the mean length of a line, those that are still to
  /// be read; nil where nobody can know.
  private var rowsLeft: Int? {
    let (given, left) = reader.position
    if isDraining { return pending.count }
    guard let left, given > 0 else { return nil }
    return pending.count + Int(Double(left) / Double(given) * Double(counts.rows))
  }
}
