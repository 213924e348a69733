import Shared

/// Goes on with the parts of the journal, whoever began them.
extension BatchRun {
  /// Takes every part as far as it goes without waiting.
  func collect() throws {
    for part in try journal.takeParts(service: options.service) {
      guard Interrupt.requested == nil else { return }
      try advance(part, cancelling: plan.cancels)
    }
  }

  /// Takes one part as far as it goes without waiting.
  ///
  /// - Parameter cancelling: whether its job is to be cancelled first.
  func advance(_ part: BatchPart, cancelling: Bool = false) throws {
    var part = part
    guard let project = projectIndex(of: part) else {
      if part.state == .preparing {
        try journal.rollBack(part)
        removeKept(part)
      }
      if part.isOpen, !service.projects.isEmpty {
        progress.warning(
          "\(part.job ?? part.name): the keys given are not of the project that it belongs to")
      }
      return
    }
    if cancelling { try cancel(&part, in: project) }
    while Interrupt.requested == nil {
      switch part.step(now: Timestamp.now()) {
      case .rollBack: return try abandon(part, in: project)
      case .resume: guard try resume(&part, in: project) else { return }
      case .create where plan.cancels: return try abandon(part, in: project)
      case .create: guard try create(&part, in: project) else { return }
      case .look: guard try look(for: &part, in: project) else { return }
      case .poll: guard try poll(&part, in: project) else { return }
      case .cleanUp: return try cleanUp(part, in: project)
      case .wait: return
      }
    }
  }

  /// Gives up a part that was not submitted: its lines are free again.
  func abandon(_ part: BatchPart, in project: Int) throws {
    do throws(BatchFailure) {
      // A part that was being uploaded may have become a file whose name is
      // not known; such files fill the project's quota.
      let found =
        part.state == .preparing ? try service.findFile(named: part.name, in: project)?.name : nil
      if let file = part.file ?? found { try service.delete(file, in: project) }
    } catch {
      // The service deletes it after two days.
      if error != .interrupted { progress.warning("\(part.name): \(error.message)") }
    }
    try journal.rollBack(part)
    removeKept(part)
    needsPass = true
  }

  // MARK: - Looking

  /// Looks for a job that may have been made.
  ///
  /// - Returns: whether there is something to go on with.
  func look(for part: inout BatchPart, in project: Int) throws -> Bool {
    let found: JobStatus?
    do throws(BatchFailure) {
      found = try service.findJob(named: part.name, in: project)
    } catch {
      report(error, of: part)
      return false
    }
    if let found { return try observe(found, &part, in: project) }
    part.jobIsAbsent(now: Timestamp.now(), interval: interval)
    try journal.save(part)
    return true
  }

  /// Asks for the job's state.
  ///
  /// - Returns: whether there is something to go on with.
  func poll(_ part: inout BatchPart, in project: Int) throws -> Bool {
    let found: JobStatus?
    do throws(BatchFailure) {
      found = try status(of: part, in: project)
    } catch {
      report(error, of: part)
      return false
    }
    if let found { return try observe(found, &part, in: project) }
    let outcome = part.jobIsMissing(now: Timestamp.now(), interval: interval)
    return try follow(outcome, nil, &part, in: project)
  }

  /// - Returns: nil if neither the name of the job nor the part's is known.
  private func status(
    of part: BatchPart, in project: Int
  ) throws(BatchFailure) -> JobStatus? {
    do throws(BatchFailure) {
      if let job = part.job { return try service.job(job, in: project) }
    } catch {
      guard error.isMissing else { throw error }
    }
    return try service.findJob(named: part.name, in: project)
  }

  /// Takes in what the service said of a job.
  ///
  /// - Returns: whether there is something to go on with.
  func observe(
    _ status: JobStatus, _ part: inout BatchPart, in project: Int
  ) throws -> Bool {
    let outcome = part.observed(
      status, now: Timestamp.now(),
      interval: plan.cancels ? Self.cancelPatience : interval)
    try journal.save(part)
    // Files have a quota: a job that runs has read its own.
    if let file = part.file, status.state == .running || status.isFinal {
      do throws(BatchFailure) {
        try service.delete(file, in: project)
        part.file = nil
        try? journal.save(part)
      } catch {
        report(error, of: part)
      }
    }
    return try follow(outcome, status, &part, in: project)
  }

  private func follow(
    _ outcome: BatchPart.Progress, _ status: JobStatus?, _ part: inout BatchPart, in project: Int
  ) throws -> Bool {
    switch outcome {
    case .goesOn:
      try journal.save(part)
      return false
    case .collect(let result):
      return try take(result, status, &part, in: project)
    case .release(let reason):
      let wasCancelled = part.state == .cancelled || status?.state == .cancelled
      progress.warning("\(part.job ?? part.name): \(reason)")
      part.isCollected()
      try journal.release(
        part, Failure(.transient, .serverError, reason), counts: !wasCancelled)
      return true
    }
  }

  /// What could not be done now is tried by the next look.
  func report(_ error: BatchFailure, of part: BatchPart) {
    guard error != .interrupted else { return }
    progress.warning("\(part.job ?? part.name): \(error.message)")
  }

  // MARK: - Ending

  /// Deletes what a part has left with the service, and forgets it.
  private func cleanUp(_ part: BatchPart, in project: Int) throws {
    do throws(BatchFailure) {
      for name in [part.file, part.result, part.job] {
        if let name { try service.delete(name, in: project) }
      }
    } catch {
      // The next run tries again.
      return report(error, of: part)
    }
    removeKept(part)
    try journal.remove(part)
  }

  /// Cancels the job of a part, if it has one.
  private func cancel(_ part: inout BatchPart, in project: Int) throws {
    if part.state == .creating {
      part.due = 0
      _ = try look(for: &part, in: project)
    }
    guard part.state == .running, let job = part.job else { return }
    do throws(BatchFailure) {
      try service.cancelJob(job, in: project)
      progress.line("\(job): cancelled")
    } catch {
      // One that has ended cannot be cancelled.
      if !error.isMissing { report(error, of: part) }
    }
  }
}
