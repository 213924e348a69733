import Glibc
import HTTP
import Shared

/// The part of the filter that is vqa-gemini's own: performs what the engine
/// decides. One thread, and nothing here waits; the filter loop does.
struct GeminiWorker: RowWorker, ~Copyable {
  let ownKeys: [RowKey]

  let options: RunOptions
  let judge: ReplyJudge
  private(set) var engine: Engine
  var writer: RequestWriter
  var client: Client
  var limiter: Limiter
  var cache: ReplyCache
  let status: RunStatus

  /// What the client is doing, by its number.
  var transfers: [Int: Transfer] = [:]
  /// The client's numbers by the engine's.
  var transferIDs: [Int: Int] = [:]
  /// How many of the requests in flight are large.
  var largeTransfers = 0
  /// The permit that was granted last, until it is used.
  var permit: Permit?
  /// The permit of the request whose end is being reported.
  var settled: Permit?
  /// Why the run ends, once the finished rows are handed over.
  private var failure: (any Error)?
  private var outcomes: [(ticket: Int, outcome: RowOutcome)] = []
  /// Whether a line about a long wait is written.
  let reportsWaits: Bool

  /// A request in flight.
  struct Transfer {
    /// The engine's number.
    let id: Int
    var permit: Permit
    /// Whether it can be seconds from the acknowledgement of its last byte to
    /// the service.
    let isLarge: Bool

    /// Bytes of a body from which it is large. Buffers on the way (a proxy's, a
    /// server's that is busy) acknowledge megabytes that are still to be passed on.
    static let largeBody = 256 << 10
  }

  /// The end of a request, to be reported to the engine.
  struct Settlement {
    /// The engine's number.
    let id: Int
    let permit: Permit
    let outcome: RequestOutcome
    let spending: Spending
  }

  init(
    options: RunOptions, judge: ReplyJudge, keys: [APIKey], writer: RequestWriter,
    limiter: consuming Limiter, cache: consuming ReplyCache, status: RunStatus,
    reportsWaits: Bool
  ) throws(TransportError) {
    self.options = options
    self.judge = judge
    self.status = status
    self.limiter = limiter
    self.cache = cache
    self.writer = writer
    self.reportsWaits = reportsWaits
    ownKeys = judge.policy.task.ownKeys
    engine = Engine(options: options.engine, seed: UInt64.random(in: 0...UInt64.max)) {
      writer.tokens($0)
    }
    client = try Client(options: options.transport)
  }

  mutating func isDone(_ row: borrowing RowView) -> Bool { judge.policy.task.isDone(row) }

  var hasCapacity: Bool { failure == nil && engine.hasCapacity }

  mutating func begin(_ row: Row, ticket: Int) throws {
    let ask: Ask
    do throws(RowFailure) {
      ask = try writer.ask(row, ticket: ticket)
    } catch {
      outcomes.append((ticket, .failed(error)))
      return
    }
    take(.row(ask))
  }

  mutating func endOfInput() { take(.endOfInput) }

  mutating func stop(_ reason: StopReason) {
    take(.stop(reason == .outputClosed ? .outputClosed : .interrupted))
  }

  /// Reports an event to the engine. Of a failure the loop hears from `step`,
  /// when what is finished is handed over.
  private mutating func take(_ event: EngineEvent) {
    do {
      try run(event)
    } catch {
      failure = failure ?? error
    }
  }

  var descriptors: [Int32] { [client.descriptor] }

  func deadline(now: Double) -> Double? {
    guard failure == nil else { return now }
    let bootTime = BootClock.now()
    let times = [
      engine.deadline(now: bootTime), cache.deadline(now: bootTime),
      limiter.deadline(now: bootTime),
    ]
    let due =
      times.compactMap { $0.map { now + max(0, $0 - bootTime) } }
      + [client.deadline]
      .compactMap(\.self)
    return due.min()
  }

  mutating func step(
    now _: Double, isInputPaused: Bool
  ) throws -> [(ticket: Int, outcome: RowOutcome)] {
    if let failure, outcomes.isEmpty { throw failure }
    if failure == nil {
      do {
        try proceed(isInputPaused: isInputPaused)
      } catch {
        failure = error
      }
    }
    defer { outcomes.removeAll(keepingCapacity: true) }
    return outcomes
  }

  private mutating func proceed(isInputPaused: Bool) throws {
    try giveUpExpired(now: BootClock.now())
    try client.perform()
    let now = BootClock.now()
    for id in client.sent() { recordSent(id, now: now) }
    // What has arrived is in the cache before anything else is done: what is
    // not, a `kill -9` loses.
    var settlements: [Settlement] = []
    while let completion = client.finished() {
      if let settlement = settle(completion, now: now) { settlements.append(settlement) }
    }
    try writeReplies(now: now)
    for settlement in settlements { try report(settlement) }
    try run(.time)
    if isInputPaused { try run(.inputPaused) }
    limiter.returnReserve(now: now)
    try write(now: now)
    status.update(snapshot(now: now))
  }

  /// Writes replies and the end of leases to the cache. A failure stops the run:
  /// what is paid would be lost.
  private mutating func writeReplies(now: Double) throws {
    do throws(ToolError) {
      try cache.step(now: now)
    } catch {
      try run(.storeFailed(error.description))
    }
  }

  /// Writes what happened since `writeReplies`, also to the limits, without
  /// which other processes exceed them. A failure stops the run.
  private mutating func write(now: Double) throws {
    try writeReplies(now: now)
    do throws(ToolError) {
      try limiter.step(now: now)
    } catch {
      try run(.storeFailed(error.description))
    }
  }

  /// Reports an event to the engine, and performs all that follows from it.
  mutating func run(_ event: EngineEvent) throws {
    var events = [event]
    var index = 0
    while index < events.count {
      let actions = engine.handle(events[index], now: BootClock.now())
      index += 1
      for action in actions {
        events += try perform(action)
      }
    }
  }

  mutating func finish(_ ticket: Int, _ outcome: RowOutcome) {
    outcomes.append((ticket, outcome))
  }

  /// Writes what is still to be written to the cache and the limits; to be
  /// called at the end of a run. Waits for a lock that another process holds.
  mutating func close() throws(ToolError) {
    // What failed before, and has stopped the run, would fail again.
    guard !engine.hasStoreFailed else { return }
    try cache.flush()
    _ = try limiter.flush()
  }
}
