import Glibc
import HTTP
import SQLite
import Shared

/// The part of the filter that is vqa-gemini's own: rows become requests,
/// requests become answers. One thread, one loop, which is the filter's.
struct GeminiWorker: RowWorker, ~Copyable {
  let ownKeys: [RowKey] = [.descriptiveAnswer, .gemini]

  let options: RunOptions
  let model: String
  let redactor: Redactor
  var client: Client
  var limiter: Limiter
  var cache: AnswerCache?
  var writer: RequestWriter
  var queue = AskQueue()
  /// What waits for company; stays empty without `--per-image`.
  var groups = ImageGroups()
  /// By the client's number.
  var flights: [Int: Flight] = [:]
  /// The tickets of rows that ask what another row in hand asks, by its key.
  var followers: [RequestKey: [Int]] = [:]
  var outcomes: [(ticket: Int, outcome: RowOutcome)] = []
  /// Rows begun and not finished.
  var rowsInHand = 0
  var totals = Totals()
  var overload = Overload()
  let status: RunStatus
  private(set) var stop: Stop?
  /// When requests in flight are given up, after a signal.
  var graceEnd: Double?
  var random = SystemRandomNumberGenerator()

  init(
    options: RunOptions, model: String, keys: [APIKey],
    writer: RequestWriter, limiter: consuming Limiter, cache: AnswerCache,
    status: RunStatus = RunStatus()
  ) throws(TransportError) {
    self.options = options
    self.model = model
    self.status = status
    self.limiter = limiter
    self.cache = cache
    self.writer = writer
    redactor = Redactor(keys)
    var transport = ClientOptions()
    transport.timeout = options.timeout
    transport.maximumConnections = options.jobs
    transport.usesProxies = options.usesProxies
    transport.certificateFile = options.certificateFile
    transport.certificateDirectory = options.certificateDirectory
    transport.userAgent = "vqa-gemini/\(toolkitVersion)"
    client = try Client(options: transport)
  }

  mutating func isDone(_ row: borrowing RowView) -> Bool {
    row.kind(of: .descriptiveAnswer) == .string
  }

  var hasCapacity: Bool {
    stop != nil || rowsInHand < max(512, 2 * options.jobs) + (options.isPerImage ? 8192 : 0)
  }

  mutating func begin(_ row: Row, ticket: Int) throws {
    rowsInHand += 1
    do throws(RowFailure) {
      try take(row, ticket: ticket)
    } catch {
      finish(ticket, .failed(error))
    }
    // Rows that need nothing need no key.
    if queue.count + groups.count > 0, limiter.projects.isEmpty { throw KeySources.missing }
  }

  private mutating func take(_ row: Row, ticket: Int) throws(RowFailure) {
    let ask = try writer.ask(row, ticket: ticket)
    let key = ask.questions[0].key
    if followers[key] != nil {
      followers[key]?.append(ticket)
      return
    }
    if let members = remembered(key.bytes) {
      totals.remembered += 1
      finish(ticket, .done(members))
      return
    }
    if let stop { throw Self.notAttempted(stop) }
    followers[key] = []
    if !options.isPerImage {
      queue.append(ask)
    } else if let group = groups.add(ask) {
      enqueue(group)
    }
  }

  /// Has a group wait no longer.
  mutating func enqueue(_ group: Ask) {
    var group = group
    group.tokens = writer.tokens(group)
    queue.append(group)
  }

  /// The answer to a request that was paid for before.
  private mutating func remembered(_ key: [UInt8]) -> [UInt8]? {
    do throws(DatabaseError) {
      return try cache?.members(for: key)
    } catch {
      loseCache(error)
      return nil
    }
  }

  /// Keeps an answer at once, lest it is paid for again.
  mutating func remember(_ members: [UInt8], for key: [UInt8]) {
    do throws(DatabaseError) {
      try cache?.store(members, for: key)
    } catch {
      loseCache(error)
    }
  }

  private mutating func loseCache(_ error: DatabaseError) {
    StandardError.line("vqa-gemini: answers are no longer kept in the cache: \(error)")
    cache = nil
  }

  mutating func endOfInput() {
    while let group = groups.popFirst() { enqueue(group) }
  }

  mutating func stop(_ reason: StopReason) {
    halt(.interrupted)
    if graceEnd == nil { graceEnd = Clock.now() + RunOptions.grace }
  }

  /// Sends no more; what waits comes out as not attempted.
  mutating func halt(_ reason: Stop) {
    guard stop == nil || reason == .interrupted else { return }
    stop = reason
    endOfInput()
    for ask in queue.removeAll() { fail(ask, Self.notAttempted(reason)) }
  }

  /// Rows that were not even asked share one line on stderr, the summary's.
  static func notAttempted(_ stop: Stop) -> RowFailure {
    stop == .interrupted
      ? RowFailure(.interrupted, "a signal came before the answer", isReported: false)
      : RowFailure(.notAttempted, "not asked: \(stop.reason)", isReported: false)
  }

  var descriptors: [Int32] { [client.descriptor] }

  func deadline(now: Double) -> Double? {
    guard rowsInHand > 0 else { return nil }
    let due = now + patience(now: Clock.now())
    return client.deadline.map { min($0, due) } ?? due
  }

  mutating func step(
    now _: Double, isInputPaused: Bool
  ) throws -> [(ticket: Int, outcome: RowOutcome)] {
    // Rows that wait for company may be all that there is room for.
    if isInputPaused, queue.count == 0, let group = groups.popFirst() { enqueue(group) }
    try launch(now: Clock.now())
    try limiter.step(now: Clock.now())
    try client.perform()
    let now = Clock.now()
    for id in client.sent() {
      guard var flight = flights[id] else { continue }
      limiter.sent(&flight.permit, at: now)
      flights[id] = flight
    }
    while let completion = client.finished() {
      guard let flight = flights.removeValue(forKey: completion.id) else { continue }
      settle(flight, completion.result, now: now)
    }
    // Under the same lock as what came of the others.
    try launch(now: now)
    try limiter.step(now: now)
    if let graceEnd, now >= graceEnd { giveUp() }
    status.update(snapshot(now: now))
    defer { outcomes.removeAll(keepingCapacity: true) }
    return outcomes
  }

  /// Gives up what is in flight when the time after a signal is over.
  private mutating func giveUp() {
    for (id, flight) in flights {
      client.cancel(id)
      fail(flight.ask, Self.notAttempted(.interrupted))
    }
    flights.removeAll()
  }

  /// One row is finished.
  mutating func finish(_ ticket: Int, _ outcome: RowOutcome) {
    rowsInHand -= 1
    outcomes.append((ticket, outcome))
  }

  /// One question is finished, and with it all rows that ask the same.
  mutating func finish(_ question: Question, _ outcome: RowOutcome) {
    finish(question.ticket, outcome)
    for ticket in followers.removeValue(forKey: question.key) ?? [] { finish(ticket, outcome) }
  }

  mutating func fail(_ ask: Ask, _ failure: RowFailure) {
    for question in ask.questions { finish(question, .failed(failure)) }
  }
}

/// The clock of the run: that of the limits.
typealias Clock = BootClock
