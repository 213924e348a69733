import Shared

/// Writes the rows of a batch run: what the cache answers is done, what a job
/// asks is pending. Sends nothing.
final class BatchRowWorker: RowWorker {
  let ownKeys: [RowKey]
  private let run: BatchRun
  /// What rows say that are in no job.
  private let reason: String
  private let wasCancelled: Bool
  /// The parts that rows wait for, by their number.
  private var holds: [Int64: RowFailure] = [:]
  /// Questions whose record in the journal is done with.
  private var finished: Set<RequestKey> = []
  private var outcomes: [(ticket: Int, outcome: RowOutcome)] = []
  /// Rows that wait for a job.
  private(set) var pending = 0
  /// Rows that are in no job.
  private(set) var notAttempted = 0
  private var isStopped = false

  /// Records that are removed in one transaction.
  private static let block = 1024

  /// - Parameter run: has done all that comes before.
  init(_ run: BatchRun) {
    self.run = run
    ownKeys = run.judge.policy.task.ownKeys
    wasCancelled = run.plan.cancels
    reason = run.reasonNotAsked
  }

  func isDone(_ row: borrowing RowView) -> Bool { run.judge.policy.task.isDone(row) }

  var hasCapacity: Bool { outcomes.count < 1024 }
  var descriptors: [Int32] { [] }
  func deadline(now: Double) -> Double? { outcomes.isEmpty ? nil : now }

  func begin(_ row: Row, ticket: Int) throws {
    let ask: Ask
    do throws(RowFailure) {
      ask = try run.writer.ask(row, ticket: ticket)
    } catch {
      outcomes.append((ticket, .failed(error)))
      return
    }
    outcomes.append((ticket, try outcome(of: ask)))
    if finished.count >= Self.block { try forget() }
  }

  private func outcome(of ask: Ask) throws -> RowOutcome {
    let question = ask.questions[0]
    let (decision, record) = try run.decision(on: ask)
    switch decision {
    case .answered(let members):
      if record != nil { finished.insert(question.key) }
      return .done(members)
    case .givenUp(let failure):
      finished.insert(question.key)
      return .failed(Fault(failure).rowFailure())
    case .asked(let part): return .failed(try hold(part))
    case .ask: return .failed(try notAttempted(ask))
    }
  }

  private func hold(_ id: Int64) throws(ToolError) -> RowFailure {
    let known: RowFailure
    if let hold = holds[id] { known = hold } else { known = failure(of: try run.journal.part(id)) }
    holds[id] = known
    if known.code == ErrorCode.pending.rawValue { pending += 1 } else { notAttempted += 1 }
    return known
  }

  private func failure(of part: BatchPart?) -> RowFailure {
    guard !wasCancelled || part?.state != .cancelled else {
      return RowFailure(.notAttempted, "not asked: its batch job was cancelled", isReported: false)
    }
    return BatchHold(job: part?.job, since: part?.created ?? Timestamp.now()).failure
  }

  private func notAttempted(_ ask: Ask) throws(ToolError) -> RowFailure {
    // A picture that was changed meanwhile is the row's own failure.
    do throws(RowFailure) { _ = try run.writer.pieces(ask) } catch { return error }
    if let hold = try run.journal.hold(ask.questions[0].key) {
      pending += 1
      return hold.failure
    }
    notAttempted += 1
    return RowFailure(.notAttempted, "not asked: \(reason)", isReported: false)
  }

  func endOfInput() {}

  func stop(_ reason: StopReason) { isStopped = true }

  func step(
    now _: Double, isInputPaused _: Bool
  ) -> [(ticket: Int, outcome: RowOutcome)] {
    defer { outcomes.removeAll(keepingCapacity: true) }
    return outcomes
  }

  /// Forgets the records of what is written; to be called at the end of a run.
  func close() throws(ToolError) {
    guard !isStopped else { return }
    try forget()
    try run.cache.flush()
  }

  private func forget() throws(ToolError) {
    guard !finished.isEmpty else { return }
    try run.journal.forget(finished)
    finished.removeAll(keepingCapacity: true)
  }
}
