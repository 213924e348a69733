import Shared

/// Takes the result of a job.
extension BatchRun {
  /// Lines that are settled in one transaction.
  private static var block: Int { 256 }

  /// Puts the replies of a result into the cache, and gives back what has none.
  ///
  /// - Returns: whether there is something to go on with.
  func take(
    _ result: JobResult, _ status: JobStatus?, _ part: inout BatchPart, in project: Int
  ) throws -> Bool {
    let file: ResultFile
    let survey: ResultSurvey
    do throws(DownloadFailure) {
      (file, survey) = try fetch(result, lines: part.lines, in: project)
    } catch {
      switch error {
      case .local(let error): throw error
      case .remote(let error) where error.isMissing:
        let outcome = part.jobIsMissing(now: Timestamp.now(), interval: interval)
        try journal.save(part)
        report(error, of: part)
        guard case .release = outcome else { return false }
        part.isCollected()
        try journal.release(
          part, Failure(.transient, .serverError, "the job's result is gone"), counts: true)
        return true
      case .remote(let error):
        report(error, of: part)
        return false
      }
    }
    guard try settle(file, survey, part) else { return false }
    let ending = status.map { $0.state == .succeeded ? nil : $0.ending } ?? nil
    part.isCollected()
    try journal.release(
      part, Failure(.transient, .serverError, ending ?? "the job's result has no line for it"),
      counts: true)
    // The result is deleted next, so the replies must outlast a power failure.
    try journal.save(part, isSynced: true)
    totals.collected += 1
    totals.collectedLines += part.lines
    progress.line("\(part.job ?? part.name): \(survey.lines) of \(part.lines) lines collected")
    if survey.strange + survey.contradicted.count > 0 {
      progress.warning(
        "\(part.job ?? part.name): \(survey.strange) lines of the result are under no key that was "
          + "asked, and \(survey.contradicted.count) keys have two different lines")
    }
    return true
  }

  private func fetch(
    _ result: JobResult, lines: Int, in project: Int
  ) throws(DownloadFailure) -> (ResultFile, ResultSurvey) {
    switch result {
    case .file(let name):
      return try service.download(name, in: project, lines: lines, folder: folder)
    case .inlined(let texts):
      do throws(ToolError) {
        let file = try ResultFile(in: folder)
        for text in texts { file.append(line: text) }
        try file.check()
        return (file, try ResultSurvey(file))
      } catch {
        throw .local(error)
      }
    }
  }

  /// - Returns: false if a signal came; what is left is taken by the next run.
  private func settle(
    _ file: ResultFile, _ survey: ResultSurvey, _ part: BatchPart
  ) throws -> Bool {
    var settled: [(questions: [BatchQuestion], outcome: LineOutcome)] = []
    var seen = survey.contradicted
    var reader = try file.lines()
    while let line = try reader.next() {
      guard let parsed = BatchResultLine(line.text), seen.insert(parsed.key).inserted else {
        continue
      }
      // A line that was settled before the process was killed has none left.
      let questions = try journal.questions(ofLine: parsed.key, in: part)
      guard !questions.isEmpty else { continue }
      let body = judge.redactor.redact(parsed.body)
      record(body, questions: questions.count)
      settled.append((questions, outcome(of: body, questions)))
      if settled.count == Self.block {
        try journal.settle(settled)
        settled.removeAll(keepingCapacity: true)
      }
    }
    try journal.settle(settled)
    return Interrupt.requested == nil
  }

  private func outcome(of body: [UInt8], _ questions: [BatchQuestion]) -> LineOutcome {
    // A cap that was raised in vain is not raised again.
    let mayRaise = !questions.contains(where: \.wasCut)
    return LineOutcome(
      body: body, questions: questions.count,
      attempts: (questions.map(\.tries).max() ?? 0) + 1,
      isCut: { mayRaise && judge.isCut($0, $1) })
  }

  private func record(_ body: [UInt8], questions: Int) {
    guard let usage = ReplyReader.read(status: 200, body: body).usage else { return }
    totals.usage = totals.usage + usage
    totals.cost += (judge.price?.cost(of: usage) ?? 0) * options.engine.priceFactor
    estimate.record(usage, tokens: 0, questions: questions)
  }
}
