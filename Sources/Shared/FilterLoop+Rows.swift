// What becomes of each line, without waiting.
extension FilterLoop where Worker: ~Copyable {
  /// Takes lines that have been read, for a moment: beginning a row may read a
  /// picture, and meanwhile the worker does nothing else.
  ///
  /// - Returns: whether it stopped for want of one: only then may the reader
  ///   read on.
  mutating func takeLines() throws -> Bool {
    let end = Monotonic.seconds() + Self.takeInterval
    while canTake {
      guard let line = reader.nextBuffered() else { return true }
      if try take(line), Monotonic.seconds() >= end { return false }
    }
    return false
  }

  /// - Returns: whether the worker has begun a row.
  private mutating func take(_ line: BufferedLine) throws -> Bool {
    counts.rows += 1
    switch try judge(line) {
    case .failedBefore:
      counts.failedBefore += 1
      pass(line)
    case .done:
      counts.unchanged += 1
      pass(line)
    case .notARow(let message):
      reject(reader.copy(line), message)
    case .work(let row):
      let ticket = window.reserve()
      pending[ticket] = PendingRow(row: row, source: reader.source, number: line.number)
      pendingBytes += row.line.count
      try worker.begin(row, ticket: ticket)
      return true
    }
    return false
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

  private mutating func reject(_ line: Line, _ message: String) {
    counts.addFailure(code: "bad_row")
    failures.add(code: "bad_row", message: message, at: "\(line.source):\(line.number)")
    let replacement = intake.rejected(line, message)
    if window.count == 0 {
      output.writeLine(replacement.span)
    } else {
      window.fill(window.reserve(), with: replacement)
    }
  }

  private mutating func pass(_ line: BufferedLine) {
    if window.count == 0 {
      output.writeLine(reader.text(of: line))
    } else {
      window.fill(window.reserve(), with: [UInt8](copying: reader.text(of: line)))
    }
  }

  /// Takes the outcome of a row in hand.
  mutating func settle(_ ticket: Int, _ outcome: RowOutcome) {
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
    case .passed:
      counts.unchanged += 1
      line = entry.row.line
    case .failed(let failure):
      counts.addFailure(code: failure.code)
      if failure.isReported { report(failure, entry) }
      line = entry.row.replacing([.error], with: failure.member(stage: intake.stage))
    }
    window.fill(ticket, with: line)
  }

  private mutating func report(_ failure: RowFailure, _ entry: PendingRow) {
    let id = entry.row[.id]?.string.map { ": \($0)" } ?? ""
    failures.add(
      code: failure.code, message: failure.message, at: "\(entry.source):\(entry.number)\(id)")
  }

  mutating func drawProgress(now: Double) {
    guard progress.isDrawn else { return }
    pace.note(counts.rows - pending.count, at: now)
    progress.draw {
      let (rows, isLeast) = rowsLeft
      return "\(intake.stage): \(counts.shortSummary)\(pace.note(forRest: rows, isLeast: isLeast))"
    }
  }

  /// Rows in hand and, by the mean length of a line, those of files that are
  /// still to be read; of a pipe nobody knows how many more come.
  private var rowsLeft: (count: Int, isLeast: Bool) {
    let (given, left) = reader.position
    if isDraining { return (pending.count, false) }
    guard let left, given > 0 else { return (pending.count, true) }
    return (pending.count + Int(Double(left) / Double(given) * Double(counts.rows)), false)
  }
}

/// What a line turns out to be.
private enum Judgement {
  case failedBefore, done
  case notARow(String)
  case work(Row)
}
