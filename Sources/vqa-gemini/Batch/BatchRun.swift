import Shared

/// A run by batch jobs: collects what jobs have finished, passes over the rows
/// for what nobody has asked yet, and submits that. The cache joins the three.
///
/// One thread, one call at a time. What it decides is in pure values
/// (`BatchPart`, `JobStatus`, `LineOutcome`, `BatchRecord`); this performs it.
final class BatchRun {
  var plan: BatchPlan
  let options: RunOptions
  let judge: ReplyJudge
  let intake: Intake
  /// With a slash at its end: where inputs and results are kept meanwhile.
  let folder: String
  var writer: RequestWriter
  var cache: ReplyCache
  let journal: BatchJournal
  var service: BatchService
  let progress: BatchProgress

  var totals = BatchTotals()
  var estimate = UseEstimate()
  /// What the pass that is under way has in hand.
  var open = OpenWork()
  /// Why nothing more is submitted in this run; nil if it may be.
  var stop: Stop?
  /// Why the last pass submitted no more, for now.
  var pause: String?
  /// Whether rows have to be passed over again, since lines came back.
  var needsPass = false
  /// Uploads and creations in a row that failed in transit.
  var failedCreations = 0
  /// Parts whose files this run has uploaded.
  var uploadedHere: Set<Int64> = []
  /// Refusals of jobs in a row.
  var refusedJobs = 0
  /// Refusals in a row that named a bad line.
  var badLines = 0
  /// Refusals for the quota in a row.
  var throttles = 0

  /// Refusals of jobs in a row after which no other will be taken either.
  static let maximumRefusedJobs = 3
  /// Bad lines in a row, without a job made between them, after which all lines
  /// are taken to be bad.
  static let maximumBadLines = 20
  /// Failures of uploads and creations in a row after which the service is left
  /// alone.
  static let maximumFailures = 3
  /// Until when jobs are waited for that may or may not have been made.
  var creationEnd: Double?
  /// Seconds for which a run that does not wait for jobs waits, in all, for some
  /// to be made; enough for the looks at one whose creation had no reply.
  static let creationPatience = 60.0
  /// Seconds after which a job that was cancelled is looked at once more: it may
  /// have finished all the same.
  static let cancelPatience = 30.0

  init(
    plan: BatchPlan, options: RunOptions, judge: ReplyJudge, intake: Intake, keys: [APIKey],
    writer: RequestWriter, cache: consuming ReplyCache, progress: BatchProgress
  ) throws {
    let journal = try BatchJournal(cache)
    let service = try BatchService(options: options, judge: judge, keys: keys)
    self.plan = plan
    self.options = options
    self.judge = judge
    self.intake = intake
    self.writer = writer
    self.progress = progress
    self.journal = journal
    self.service = service
    folder = cache.path.lastIndex(of: "/").map { String(cache.path[...$0]) } ?? "./"
    self.cache = cache
  }

  /// Does all that is to be done before rows are written: once, or with
  /// `--wait` until nothing is pending.
  func run(_ input: RereadableInput) throws {
    try collect()
    guard !plan.cancels else {
      try confirmCancellations()
      return try cache.flush()
    }
    needsPass = true
    var looks = 0
    while Interrupt.requested == nil {
      if needsPass, stop == nil {
        needsPass = false
        try self.pass(input)
        try confirmCreations()
        continue
      }
      let before = try awaitedParts()
      guard plan.waits, !before.isEmpty || isHeldUp else { break }
      guard progress.wait(plan.interval(looks: looks), jobs: before.count) else { break }
      try collect()
      let after = try awaitedParts()
      looks = after == before ? looks + 1 : 0
      // Lines that came back are asked when all jobs have ended, or as soon as
      // there is a place for another job.
      needsPass = needsPass || after.isEmpty || (isHeldUp && after != before)
    }
    try cache.flush()
  }

  /// Whether there are rows that cannot be submitted yet.
  private var isHeldUp: Bool { stop == nil && (pause != nil || open.heldByOthers > 0) }

  /// The parts that rows may wait for, whoever is at work on them.
  func openParts() throws(ToolError) -> [BatchPart] {
    try journal.parts().filter { $0.isOpen && $0.service == options.service }
  }

  /// Those of them that ask rows of this input.
  private func awaitedParts() throws(ToolError) -> [BatchPart] {
    try openParts().filter { open.awaited.contains($0.id) }
  }

  /// The place of the project that a part belongs to; nil if no key of it was
  /// given.
  func projectIndex(of part: BatchPart) -> Int? {
    service.projects.firstIndex { $0.owns(part) }
  }

  /// What rows say that are in no job.
  var reasonNotAsked: String {
    if let stop { return stop.reason }
    if let pause { return pause }
    return plan.cancels ? "cancelled" : "no job has taken it yet"
  }

  /// Seconds between two looks at one thing.
  var interval: Double { plan.interval(looks: 0) }
}
