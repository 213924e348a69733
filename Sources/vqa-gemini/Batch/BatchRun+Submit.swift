import Shared

/// Makes jobs of parts.
extension BatchRun {
  /// Has a part open to write to.
  ///
  /// - Returns: false if no project can take another job now; `pause` or `stop`
  ///   then says why.
  func openPart() throws -> Bool {
    guard open.part == nil else { return true }
    guard !service.projects.isEmpty else { throw KeySources.missing }
    guard let project = try freeProject() else { return false }
    let name = "vqa-gemini-" + LineKey.text((0..<12).map { _ in UInt8.random(in: 0...255) })
    let part = BatchPart(
      name: name, service: options.service, model: judge.policy.model,
      project: service.projects[project].identities.joined(separator: " "),
      created: Timestamp.now())
    open.file = try PartFile(in: folder)
    let begun = try journal.begin(part)
    open.part = begun
    open.awaited.insert(begun.id)
    return true
  }

  /// The usable project with the fewest jobs.
  private func freeProject() throws(ToolError) -> Int? {
    let now = Timestamp.now()
    let parts = try openParts()
    let usable = service.projects.indices.filter { !service.projects[$0].keys.isEmpty }
    guard !usable.isEmpty else {
      let reason = service.projects.compactMap(\.refusal).last ?? ""
      stop = .early("no usable key is left: \(reason)")
      return nil
    }
    let loads = usable.map { index in
      (
        index: index,
        jobs: parts.count { service.projects[index].owns($0) }
      )
    }
    let free = loads.filter {
      $0.jobs < plan.jobsPerProject && service.projects[$0.index].fullUntil <= now
    }
    guard let best = free.min(by: { $0.jobs < $1.jobs }) else {
      pause =
        loads.contains { $0.jobs < plan.jobsPerProject }
        ? "the quota for batch jobs is used up"
        : "a project has no more than \(plan.jobsPerProject) batch jobs at once"
      return nil
    }
    return best.index
  }

  /// Gives up the part that is being written.
  func dropPart() throws {
    if let part = open.part {
      try journal.rollBack(part)
      removeKept(part)
    }
    open.part = nil
    open.file = nil
  }

  /// A service that does nothing useful for long is left alone.
  func countFailure(_ message: String) {
    failedCreations += 1
    if failedCreations >= Self.maximumFailures { stop = .early(message) }
  }

  // MARK: - Making a job

  /// Makes a job of an uploaded part.
  ///
  /// - Returns: whether there is something to go on with.
  func create(_ part: inout BatchPart, in project: Int) throws -> Bool {
    guard let file = part.file else {
      try abandon(part, in: project)
      return false
    }
    if case .hopeless? = stop { return false }
    let fullUntil = service.projects[project].fullUntil
    guard fullUntil <= Timestamp.now() else {
      part.due = fullUntil
      try journal.save(part)
      return false
    }
    part.creationBegins(now: Timestamp.now())
    try journal.save(part, isSynced: true)
    let status: JobStatus
    do throws(BatchFailure) {
      status = try service.create(part, file: file, in: project)
    } catch {
      return try creationFailed(error, &part, in: project)
    }
    (failedCreations, refusedJobs, badLines, throttles) = (0, 0, 0, 0)
    plan.isProbing = false
    return try created(status, &part, in: project)
  }

  private func created(
    _ status: JobStatus, _ part: inout BatchPart, in project: Int
  ) throws -> Bool {
    totals.jobs += 1
    totals.lines += part.lines
    progress.line(
      "\(status.name): made of \(part.lines) \(part.lines == 1 ? "request" : "requests"), "
        + "\(BatchSize.text(part.bytes))")
    return try observe(status, &part, in: project)
  }

  private func creationFailed(
    _ error: BatchFailure, _ part: inout BatchPart, in project: Int
  ) throws -> Bool {
    let now = Timestamp.now()
    switch error {
    case .transient(let message, let isLikelyRefused):
      part.creationIsUnconfirmed(isLikelyRefused: isLikelyRefused)
      try journal.save(part)
      countFailure(message)
      return stop == nil
    case .interrupted:
      part.creationIsUnconfirmed(isLikelyRefused: false)
    case .throttled(let message):
      try throttled(message, &part, in: project)
      return false
    case .notReady(let message):
      part.fileArrived(part.file ?? "")
      part.due = now + min(interval, 5)
      countFailure(message)
    case .unusable:
      part.fileArrived(part.file ?? "")
      part.due = now + interval
    case .missing(let message): return try fileOrModelMissing(message, part, in: project)
    case .refused(let message): return try refused(message, part, in: project)
    }
    try journal.save(part)
    return false
  }

  /// The file may have lived too long before its job was made.
  private func fileOrModelMissing(
    _ message: String, _ part: BatchPart, in project: Int
  ) throws -> Bool {
    // One that a run of days ago uploaded may well have gone.
    if uploadedHere.contains(part.id) { refusedJobs += 1 }
    if refusedJobs >= Self.maximumRefusedJobs || message.contains("model") {
      stop = .hopeless(message)
    }
    try abandon(part, in: project)
    return false
  }

  /// A job is refused for one bad line, which is taken out: its row fails, and
  /// the others are submitted again.
  private func refused(
    _ message: String, _ part: BatchPart, in project: Int
  ) throws -> Bool {
    let questions = try BadLine.number(in: message).map {
      try journal.questions(ofLineNumber: $0, in: part)
    }
    if let questions, !questions.isEmpty {
      let failure = Failure(.refused, "the service refused a batch job for this row: \(message)")
      // Of several questions one may be to blame: they are asked alone.
      let outcome = questions.count > 1 ? LineOutcome.failed(failure) : .hopeless(failure)
      try journal.settle([(questions, outcome)])
      progress.warning("\(part.name): \(message); submitted again without that line")
      badLines += 1
      plan.isProbing = true
      if badLines >= Self.maximumBadLines {
        stop = .hopeless("\(badLines) lines in a row were refused: \(message)")
      }
    } else {
      stop = .hopeless(message)
    }
    try abandon(part, in: project)
    return false
  }
}
