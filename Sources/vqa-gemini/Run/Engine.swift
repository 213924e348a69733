import Shared

/// Decides what becomes of rows and requests: the one state machine of a run.
///
/// A pure value. Events and the time go in, actions come out; whoever drives it
/// performs the actions and reports what came of them. It holds no descriptor
/// and reads no clock, so that what a run does can be tested as a table of
/// events.
///
/// A question is in one place at a time: being looked up, waiting for others
/// about its picture, in the queue, being leased, waiting for another process,
/// or in flight. `putBack` is the only way back to the queue and `finish` the
/// only way out; they alone know whether the run is stopping.
///
/// Times are seconds of a clock that only goes forward.
struct Engine {
  /// A request that was sent.
  struct InFlight {
    var ask: Ask
    let started: Double
    /// On the clock that counts only while the process runs.
    let deadline: Double
  }

  let options: EngineOptions
  /// Input tokens of a request, estimated.
  private let tokens: (Ask) -> Int

  var actions: [EngineAction] = []
  var random: SplitMix64
  var clock = RunningClock()

  /// Questions whose answer is being looked up, by key.
  var lookingUp: [RequestKey: Ask] = [:]
  /// What waits for others about its picture; empty without `isPerImage`.
  var groups = ImageGroups()
  var queue = AskQueue()
  /// Requests whose questions are being leased.
  var leasing: [Ask] = []
  /// What other processes are asking.
  var peerWaits = PeerWaits()
  var inFlight: [Int: InFlight] = [:]
  /// Input tokens and questions in flight.
  var load = (tokens: 0, questions: 0)
  private var lastID = 0
  /// The tickets of rows that ask what another row in hand asks, by its key.
  var followers: [RequestKey: [Int]] = [:]

  private(set) var stop: Stop?
  /// Whether the cache or the limits could not be written.
  private(set) var hasStoreFailed = false
  /// When requests in flight are given up, after an urgent stop.
  private(set) var stopDeadline: Double?
  /// Requests that were launched since `time` was last reported.
  var launches = 0
  /// Whether what is sent next is decided when `time` is reported: rows come and
  /// requests end many at once, and leases and permits are cheaper together.
  private(set) var isDeferring = false
  /// Whether an answer of the limiter is due.
  var isAwaitingPermit = false
  /// Until when there is no permit, and why; nil if there may be one.
  var permitWait: (time: Double, reason: String)?
  /// Why there is none in this run; nil if there may be one.
  var permitRefusal: Stop?
  var overload = Overload()
  var streaks = FailureStreaks()
  var estimate = UseEstimate()
  /// When timeouts are looked at again.
  var timeoutCheck = -Double.infinity
  /// The end of the wait that was reported last.
  var reportedUntil = 0.0

  /// What a project without the model said, and whether one may be
  /// used again some other day.
  var rejections: (modelMissing: String?, isPassing: Bool) = (nil, false)
  /// Rows begun and not finished.
  private(set) var rowsInHand = 0
  var totals = Totals()

  init(
    options: EngineOptions, seed: UInt64, tokens: @escaping (Ask) -> Int
  ) {
    self.options = options
    self.tokens = tokens
    random = SplitMix64(seed: seed)
  }

  /// Whether more rows may come.
  var hasCapacity: Bool {
    stop != nil
      || rowsInHand < max(512, 2 * options.jobs)
        + (options.isPerImage ? 2 * ImageGroups.lookAhead : 0)
  }

  /// Takes in what has happened by `now` and says what is to be done.
  mutating func handle(_ event: EngineEvent, now: Double) -> [EngineAction] {
    clock.advance(to: now)
    switch event {
    case .row(let ask):
      take(ask)
      isDeferring = true
    case .lookedUp(let key, let members): lookedUp(key, members)
    case .leased(let leases): leased(leases, now: now)
    case .permit(let answer): permitted(answer, now: now)
    case .notSent(let id, let fault): notSent(id, fault)
    case .ended(let id, let outcome, let spending):
      ended(id, outcome, spending, now: now)
      isDeferring = true
    case .storeFailed(let message): storeFailed(message, now: now)
    case .stop(let reason): halt(reason, now: now)
    case .inputPaused: if queue.count == 0 { enqueueGroup() }
    case .endOfInput: while groups.count > 0 { enqueueGroup() }
    case .time:
      isDeferring = false
      launches = 0
      giveUpLate(now)
    }
    if !isDeferring { proceed(now) }
    reportLongWait(now)
    defer { actions.removeAll() }
    return actions
  }

  /// What is paid for cannot be kept, so nothing more is asked.
  private mutating func storeFailed(_ message: String, now: Double) {
    let reason = "answers and limits cannot be kept: \(message)"
    // The reason of an earlier stop is the one that the end of the run gives.
    if stop != nil, !hasStoreFailed { actions.append(.report(reason)) }
    hasStoreFailed = true
    halt(.hopeless(reason), now: now)
  }

  // MARK: - Ways in and out

  /// A row is in hand.
  mutating func admitRow() { rowsInHand += 1 }

  /// Removes a request from those in flight.
  mutating func land(_ id: Int) -> InFlight? {
    guard let flight = inFlight.removeValue(forKey: id) else { return nil }
    load.tokens -= flight.ask.tokens
    load.questions -= flight.ask.questions.count
    return flight
  }

  /// Adds the next request to those in flight, and has it sent.
  mutating func launch(_ ask: Ask, now: Double) {
    var ask = ask
    ask.attempts += 1
    lastID += 1
    launches += 1
    totals.requests += 1
    load.tokens += ask.tokens
    load.questions += ask.questions.count
    inFlight[lastID] = InFlight(
      ask: ask, started: now, deadline: clock.elapsed + options.timeout)
    actions.append(.send(lastID, ask))
  }

  /// The one way back to the queue: at its front, or not before `time`. Out
  /// instead, if the run is stopping.
  mutating func putBack(_ ask: Ask, notBefore time: Double? = nil) {
    if let stop {
      finish(ask, .failed(stop.fault.rowFailure(isReported: false)))
    } else if let time {
      queue.append(ask, notBefore: time)
    } else {
      queue.prepend(ask)
    }
  }

  /// A request for some of the questions of another one goes back to the queue.
  mutating func putBack(
    part questions: some Sequence<Question>, of ask: Ask, notBefore time: Double? = nil
  ) {
    var part = ask.with(questions)
    if part.questions.count != ask.questions.count { part.tokens = tokens(part) }
    putBack(part, notBefore: time)
  }

  /// The first attempt of a request: at the end of the queue.
  mutating func enqueue(_ ask: Ask) {
    if let stop {
      finish(ask, .failed(stop.fault.rowFailure(isReported: false)))
      return
    }
    var ask = ask
    ask.tokens = tokens(ask)
    queue.append(ask)
  }

  /// The one way out: all rows that ask the request's questions are finished.
  mutating func finish(_ ask: Ask, _ outcome: RowOutcome) {
    for question in ask.questions { finish(question, outcome) }
    if ask.isLeased { actions.append(.release(ask.questions.map(\.key))) }
  }

  /// One question of a request is finished; the caller sees to its lease.
  mutating func finish(_ question: Question, _ outcome: RowOutcome) {
    let tickets = [question.ticket] + (followers.removeValue(forKey: question.key) ?? [])
    rowsInHand -= tickets.count
    for ticket in tickets { actions.append(.finish(ticket: ticket, outcome)) }
  }

  /// Sends no more; what waits comes out as not attempted. An urgent reason
  /// also bounds how long requests in flight are waited for.
  mutating func halt(_ reason: Stop, now: Double) {
    if reason.isUrgent, stopDeadline == nil {
      stopDeadline = now + EngineOptions.grace
      if !inFlight.isEmpty { actions.append(.report(waitingForFlights)) }
    }
    guard stop == nil || (reason.isUrgent && stop?.isUrgent == false) else { return }
    stop = reason
    while let group = groups.popFirst() { putBack(group) }
    for ask in queue.removeAll() + peerWaits.removeAll() { putBack(ask) }
  }

  private var waitingForFlights: String {
    let count = inFlight.count
    return "waiting up to \(Int(EngineOptions.grace)) s for \(count) "
      + "\(count == 1 ? "request" : "requests") in flight; a second signal ends at once"
  }
}

extension Fault {
  /// The row's `error`.
  func rowFailure(isReported: Bool = true) -> RowFailure {
    RowFailure(code, message, isReported: isReported, text: text)
  }
}
