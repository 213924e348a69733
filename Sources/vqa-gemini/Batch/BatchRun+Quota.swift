import Shared

/// What is done when the service takes no more, or does not say what it did.
extension BatchRun {
  func throttled(
    _ message: String, _ part: inout BatchPart, in project: Int
  ) throws {
    let until = Timestamp.now() + interval
    service.projects[project].fullUntil = until
    part.creationIsThrottled(until: until)
    try journal.save(part)
    if part.refusals > 1, try halveIfAlone(part, in: project) {
      try abandon(part, in: project)
    }
    try countThrottle(message, in: project)
  }

  /// A quota that stays used up ends the run.
  func countThrottle(_ message: String, in project: Int) throws(ToolError) {
    progress.warning("\(service.projects[project].name): \(message)")
    throttles += 1
    if throttles >= EngineOptions.throttles, try openParts().allSatisfy({ !$0.hasJob }) {
      stop = .early("the quota for batch jobs is used up: \(message)")
    }
  }

  /// Where no other job can be what uses the quota up, the part is too large.
  ///
  /// - Returns: whether parts are smaller from now on.
  @discardableResult
  func halveIfAlone(_ part: BatchPart, in project: Int) throws -> Bool {
    let owner = service.projects[project]
    let others = try openParts().contains {
      $0.id != part.id && $0.hasJob && owner.owns($0)
    }
    guard !others, part.lines > 1 else { return false }
    plan.maximumLines = min(plan.maximumLines, (part.lines + 1) / 2)
    return true
  }

  // MARK: - What the service does not say at once

  /// Waits a little for jobs that may or may not have been made, so that they
  /// are known when the rows are written.
  func confirmCreations() throws {
    if plan.waits || creationEnd == nil { creationEnd = Timestamp.now() + Self.creationPatience }
    let end = creationEnd ?? 0
    try confirm(until: end, "to be made") {
      ($0.state == .creating || $0.state == .uploaded) && $0.due < end
    }
    let left = try openParts().count { $0.state == .creating || $0.state == .uploaded }
    if left > 0, !plan.waits, Interrupt.requested == nil {
      progress.warning(
        "\(left) batch \(left == 1 ? "job is" : "jobs are") not made yet; the same command, "
          + "given later, goes on with \(left == 1 ? "it" : "them")")
    }
  }

  /// Waits a little for jobs that were cancelled: one may have finished, and
  /// the lines of the others are free then.
  func confirmCancellations() throws {
    try confirm(until: Timestamp.now() + Self.cancelPatience + 15, "to end") {
      [.creating, .running, .cancelled].contains($0.state)
    }
  }

  /// Goes on with some parts until none is left of them.
  private func confirm(
    until end: Double, _ what: String, _ isUncertain: (BatchPart) -> Bool
  ) throws {
    var rounds = 0.0
    var isSaid = false
    while Interrupt.requested == nil, stop == nil {
      let uncertain = try journal.takeParts(service: options.service).filter {
        isUncertain($0) && projectIndex(of: $0) != nil
      }
      let now = Timestamp.now()
      guard let next = uncertain.map(\.due).min(), now < end else { return }
      // What could not be looked at is not looked at without a pause.
      let pause = min(max(next - now, min(interval, rounds)), end - now)
      if pause > 3 || rounds > 3, !isSaid {
        let jobs = uncertain.count == 1 ? "a batch job" : "\(uncertain.count) batch jobs"
        progress.line("waiting up to \(Int((end - now).rounded(.up))) s for \(jobs) \(what)")
        isSaid = true
      }
      guard progress.wait(pause, jobs: uncertain.count) else { return }
      rounds += 1
      for part in uncertain where part.due <= Timestamp.now() {
        try advance(part, cancelling: plan.cancels && part.state == .creating)
      }
    }
  }
}
