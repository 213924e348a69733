import Shared

/// From the queue to the network: lease, budget, permit, send.
extension Engine {
  /// Does the next thing that can be done without waiting.
  mutating func proceed(_ now: Double) {
    guard stop == nil else { return }
    queue.advance(to: now)
    guard leasing.isEmpty, !isAwaitingPermit, launches < EngineOptions.launchBatch else { return }
    let held = peerWaits.takeDue(EngineOptions.leaseBatch, now: now)
    if !held.isEmpty { return lease(held) }
    guard inFlight.count < options.jobs, let next = queue.first,
      overload.admits(inFlight: inFlight.count, now: now)
    else { return }
    guard next.isLeased else { return leaseNext() }
    switch admission(of: next) {
    case .admitted: break
    case .undecided: return
    case .exhausted(let bound): return halt(.early(bound), now: now)
    }
    if let reason = permitRefusal {
      // What is in flight may still be answered, or free a permit.
      if inFlight.isEmpty { halt(reason, now: now) }
      return
    }
    if let wait = permitWait, now < wait.time { return }
    isAwaitingPermit = true
    let room = min(options.jobs - inFlight.count, EngineOptions.launchBatch - launches)
    let likely = queue.prefix(room).prefix { $0.isLeased }
    actions.append(.requestPermit(tokens: likely.map(\.tokens)))
  }

  private func admission(of next: Ask) -> Budget.Admission {
    let budget = options.budget
    let price = budget.price?.scaled(by: options.priceFactor)
    // One request shows what replies use before many are in flight.
    if budget.boundsUse, !estimate.isInformed, !inFlight.isEmpty { return .undecided }
    return budget.admission(
      used: usedByEnded,
      inFlight: estimate.atMost(
        requests: inFlight.count, tokens: load.tokens, questions: load.questions,
        price: price),
      next: estimate.expected(
        tokens: next.tokens, questions: next.questions.count, price: price))
  }

  private var usedByEnded: Budget.Amount {
    var amount = totals.amount
    amount.requests -= inFlight.count
    return amount
  }

  /// Leases the next requests, as many as could be in flight soon.
  private mutating func leaseNext() {
    var next: [Ask] = []
    while next.count < min(EngineOptions.leaseBatch, options.jobs - inFlight.count),
      queue.first?.isLeased == false, let ask = queue.popFirst()
    { next.append(ask) }
    lease(next)
  }

  private mutating func lease(_ asks: [Ask]) {
    leasing = asks
    actions.append(
      .lease(
        asks.flatMap { ask in
          ask.questions.map {
            LeaseRequest(key: $0.key, isAnswerUseless: ask.isAnswerUseless)
          }
        }))
  }

  /// What is this process's goes to the front of the queue in its order; what
  /// others are asking waits; what was answered in the meantime is looked up;
  /// what a batch job asks may take a day, and is not waited for.
  mutating func leased(_ leases: [LeaseResult], now: Double) {
    let asks = leasing
    leasing = []
    var rest = leases[...]
    var mine: [(Ask, [Question])] = []
    for ask in asks {
      let parts = zip(ask.questions, rest.prefix(ask.questions.count))
      rest = rest.dropFirst(ask.questions.count)
      for (question, lease) in parts where lease == .answered {
        var one = ask.with([question])
        one.isAnswerUseless = true
        lookUp(one)
      }
      for (question, lease) in parts {
        if case .inBatch(let hold) = lease { finish(question, .failed(hold.failure)) }
      }
      let held = parts.filter { $0.1 == .heldByOther }.map(\.0)
      if !held.isEmpty { wait(for: held, of: ask, now: now) }
      var own = ask
      own.isLeased = true
      let questions = parts.filter { $0.1 == .mine }.map(\.0)
      if !questions.isEmpty { mine.append((own, questions)) }
    }
    for (ask, questions) in mine.reversed() { putBack(part: questions, of: ask) }
  }

  private mutating func wait(for questions: [Question], of ask: Ask, now: Double) {
    guard stop == nil else { return putBack(part: questions, of: ask) }
    peerWaits.append(ask.with(questions), now: now)
  }

  mutating func permitted(_ answer: PermitAnswer, now: Double) {
    isAwaitingPermit = false
    switch answer {
    case .granted:
      guard stop == nil, queue.first?.isLeased == true, let ask = queue.popFirst() else {
        actions.append(.returnPermit)
        return
      }
      launch(ask, now: now)
    case .at(let time, let reason): permitWait = (time, reason)
    case .nextDay:
      permitRefusal = .early(
        "the requests of this day are used up; the next day begins at midnight Pacific time")
    case .never(let reason): permitRefusal = noKeyLeft(reason)
    }
  }

  /// No request can succeed if projects lack the model and none of the others
  /// comes back.
  private func noKeyLeft(_ reason: String) -> Stop {
    guard let message = rejections.modelMissing, !rejections.isPassing else {
      return .early("no usable key is left: \(reason)")
    }
    return .hopeless(message)
  }
}
