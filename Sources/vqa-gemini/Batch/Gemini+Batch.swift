import ArgumentParser
import Shared

/// `--batch` and what goes with it.
extension Gemini {
  /// What a run is made of, whichever way it asks.
  struct Parts: ~Copyable {
    var options: RunOptions
    let writer: RequestWriter
    let judge: ReplyJudge
    let keys: [APIKey]
    let environment: [String: String]
  }

  /// Runs by batch jobs.
  func runBatch(
    _ parts: borrowing Parts, _ cache: consuming ReplyCache, _ input: RereadableInput
  ) throws -> ExitStatus {
    let progress = Progress(stage: "vqa-gemini", options: common, inPipeline: true)
    let intake = Intake(stage: "vqa-gemini", force: force)
    let run = try BatchRun(
      plan: batch.plan, options: parts.options, judge: parts.judge, intake: intake,
      keys: parts.keys, writer: parts.writer, cache: cache,
      progress: BatchProgress(progress: progress, isQuiet: common.quiet))
    // What is finished is written, whatever comes between.
    var failure: (any Error)?
    do {
      if batch.canary > 0 { try askCanary(run, parts, input) }
      try run.run(input)
    } catch {
      failure = error
      run.stop = .hopeless("\(error)")
    }
    let jobs = try run.openParts().count
    let worker = BatchRowWorker(run)
    let counts = try writeRows(of: input, worker, progress)
    if let failure { throw failure }
    progress.finish(counts.summary + run.totals.summary(price: parts.judge.price))
    if Interrupt.requested != nil, jobs > 0 {
      StandardError.line(
        "vqa-gemini: \(jobs) batch \(jobs == 1 ? "job goes" : "jobs go") on; the same command "
          + "takes the answers, --batch --cancel cancels")
    }
    if let stop = run.stop { return status(stop, counts) }
    if worker.notAttempted > 0, !batch.cancels {
      let rows = worker.notAttempted
      StandardError.line(
        "vqa-gemini: \(rows) \(rows == 1 ? "row is" : "rows are") not asked yet: "
          + "\(run.reasonNotAsked); the same command, given later, goes on")
    }
    if worker.pending > 0 { return waiting(for: worker.pending) }
    return worker.notAttempted > 0 ? .stoppedEarly : counts.exitStatus
  }

  private func writeRows(
    of input: RereadableInput, _ worker: BatchRowWorker, _ progress: Progress
  ) throws -> RowCounts {
    var loop = FilterLoop(
      reader: try input.reader(), intake: Intake(stage: "vqa-gemini", force: force),
      worker: worker, progress: progress, windowBytes: 16 << 20)
    do {
      try loop.run()
    } catch {
      try? worker.close()
      throw error
    }
    try worker.close()
    return try loop.close()
  }

  private func askCanary(
    _ run: BatchRun, _ parts: borrowing Parts, _ input: RereadableInput
  ) throws {
    try run.collect()
    let rows = try run.firstRows(batch.canary, of: input)
    guard !rows.isEmpty else { return }
    var options = parts.options
    options.engine.isPerImage = false
    options.engine.priceFactor = 1
    let worker = try liveWorker(
      options, parts, try memory.cache(parts.environment), RunStatus(), reportsWaits: true)
    var canary = BatchCanary(worker)
    run.judgeCanary(try canary.ask(rows), of: rows.count)
  }

  /// The worker that asks live.
  func liveWorker(
    _ options: RunOptions, _ parts: borrowing Parts, _ cache: consuming ReplyCache,
    _ status: RunStatus, reportsWaits: Bool
  ) throws -> GeminiWorker {
    let limiter = Limiter(
      projects: Project.grouped(parts.keys, defaults: access.limits),
      shared: parts.keys.isEmpty
        ? nil : try QuotaDatabase(path: StateFiles.limits(parts.environment)),
      model: asking.model)
    return try GeminiWorker(
      options: options, judge: parts.judge, keys: parts.keys, writer: parts.writer,
      limiter: limiter, cache: cache, status: status, reportsWaits: reportsWaits)
  }

  /// Prints what the journal holds.
  func printBatchStatus(_ environment: [String: String]) throws -> ExitStatus {
    let cache = try memory.cache(environment)
    var output = ByteWriter.standardOutput()
    for part in try BatchJournal(cache).parts() {
      try output.writeLine(BatchListing.line(part))
    }
    try output.close()
    return .done
  }

  /// - Throws: `ValidationError` for options that do not go together.
  func validateBatch() throws {
    guard batch.isBatch else { return }
    if asking.tier != nil {
      throw ValidationError("--batch has a price of its own; --tier is for live requests.")
    }
    if memory.isForgetful || memory.refresh {
      throw ValidationError(
        "--batch needs the cache; it goes with neither --no-cache nor --refresh.")
    }
  }
}
