import Images
import Shared

/// Puts pictures into the store, each distinct one once, and tells each row
/// where its own is.
struct HashWorker: RowWorker, ~Copyable {
  let ownKeys: [RowKey] = [.image, .imageHash, .imagePath, .imageSize]

  private typealias Outcome = Result<ImageStore.Entry?, RowFailure>

  private struct Job: Sendable {
    /// Of the picture in the input.
    let number: Int
    let key: [UInt8]
    let source: ImageSource
  }

  private struct Report: Sendable {
    let key: [UInt8]
    let outcome: Result<ImageStore.Entry?, any Error>
  }

  private let pool: JobPool<Job, Report>
  private let order: SaveOrder
  private let cancellation: Cancellation
  private let jobs: Int
  private let usesPath: Bool
  /// The rows that wait for each picture in work.
  private var waiting: [[UInt8]: [Int]] = [:]
  private var known = RecentValues<[UInt8], Outcome>(capacity: 1 << 17)
  private var finishedRows: [(ticket: Int, outcome: RowOutcome)] = []
  private var files = KnownFiles()
  /// How many pictures the pool has.
  private var inWork = 0
  /// How many it was given.
  private var submitted = 0
  /// Why no picture can be stored; thrown when those in work are finished and
  /// their rows given out.
  private var failure: (any Error)?

  /// - Parameters:
  ///   - jobs: how many pictures are worked on at a time, at least 1.
  ///   - usesPath: whether a row without an image is made from its image_path.
  init(store: ImageStore, jobs: Int, usesPath: Bool) throws(ToolError) {
    self.jobs = jobs
    self.usesPath = usesPath
    cancellation = store.resources.cancellation
    let order = SaveOrder(places: jobs)
    self.order = order
    // Twice as many as there are places to work in: some wait for their turn.
    pool = try JobPool(threads: 2 * jobs) { job in
      order.begin()
      defer { order.end(job.number) }
      return Report(
        key: job.key, outcome: Result { try store.save(job.source, job.number, order) })
    }
  }

  /// Also where the loop ends by an error: no thread outlives the worker, but
  /// one that does not hear of a signal.
  deinit {
    cancellation.cancel()
    pool.close()
  }

  mutating func isDone(_ row: borrowing RowView) -> Bool {
    guard row.range(of: .image) == nil, row.range(of: .imageHash) != nil,
      row.range(of: .imageSize) != nil, row.kind(of: .imagePath) == .string,
      let path = row.range(of: .imagePath)
    else { return false }
    return files.exists(row.text.extracting((path.lowerBound + 1)..<(path.upperBound - 1)))
  }

  /// A few pictures more than threads, so that none has to wait for the loop.
  var hasCapacity: Bool { failure == nil && waiting.count < 3 * jobs }

  mutating func begin(_ row: Row, ticket: Int) {
    let source: ImageSource
    do throws(RowFailure) {
      source = try ImageSource(row, usesPath: usesPath)
    } catch {
      finishedRows.append((ticket, .failed(error)))
      return
    }
    let key = source.key(submitted)
    if let outcome = known[key] {
      finishedRows.append((ticket, Self.rowOutcome(outcome)))
    } else if waiting[key] != nil {
      waiting[key]?.append(ticket)
    } else {
      waiting[key] = [ticket]
      inWork += 1
      order.add(submitted)
      pool.submit(Job(number: submitted, key: key, source: source))
      submitted += 1
    }
  }

  mutating func endOfInput() {}

  /// What has not been begun is given up, and what is in work too once it
  /// takes long, or nobody wants it.
  mutating func stop(_ reason: StopReason) {
    if reason == .outputClosed { cancellation.cancel() }
    let failure = RowFailure(
      code: "interrupted", message: "interrupted before its turn", isReported: false)
    for job in withdraw() { settle(job.key, .failure(failure)) }
  }

  /// Gives up pictures whose decoders do not hear of a signal.
  private mutating func abandon() {
    pool.abandon()
    inWork = 0
    for key in Array(waiting.keys) { settle(key, .failure(RowFailure(.cancelled))) }
  }

  private mutating func withdraw() -> [Job] {
    let jobs = pool.withdraw()
    inWork -= jobs.count
    for job in jobs { order.remove(job.number) }
    return jobs
  }

  var descriptors: [Int32] { [pool.descriptor] }

  func deadline(now: Double) -> Double? {
    if inWork == 0 { return failure != nil ? now : nil }
    return Interrupt.requested != nil ? now + 0.1 : nil
  }

  mutating func step(
    now: Double, isInputPaused: Bool
  ) throws -> [(ticket: Int, outcome: RowOutcome)] {
    for report in pool.takeResults() { take(report) }
    if inWork > 0, cancellation.isOverdue { abandon() }
    if let failure, inWork == 0, finishedRows.isEmpty { throw failure }
    defer { finishedRows = [] }
    return finishedRows
  }

  private mutating func take(_ report: Report) {
    inWork -= 1
    switch report.outcome {
    case .success(let entry):
      if let warning = entry?.warning { StandardError.line("vqa-hash: warning: \(warning)") }
      settle(report.key, .success(entry))
    case .failure(let failure as RowFailure):
      settle(report.key, .failure(failure))
    case .failure(let error):
      failure = failure ?? error
      // Those that threads have begun are waited for: some may be written.
      _ = withdraw()
    }
  }

  private mutating func settle(_ key: [UInt8], _ outcome: Outcome) {
    known[key] = outcome
    for ticket in waiting.removeValue(forKey: key) ?? [] {
      finishedRows.append((ticket, Self.rowOutcome(outcome)))
    }
  }

  private static func rowOutcome(_ outcome: Outcome) -> RowOutcome {
    switch outcome {
    case .success(let entry): entry.map { .done(members($0)) } ?? .unchanged
    case .failure(let failure): .failed(failure)
    }
  }

  /// The row's new members.
  private static func members(_ entry: ImageStore.Entry) -> [UInt8] {
    var text = Array("\"image_hash\":\"\(entry.hash)\",\"image_path\":".utf8)
    JSONText.appendQuoted(entry.path, to: &text)
    text += ",\"image_size\":[\(entry.width),\(entry.height)]".utf8
    return text
  }
}
