import Shared

/// What came of a request decides what becomes of its questions, its key and
/// the run.
extension Engine {
  mutating func notSent(_ id: Int, _ fault: Fault) {
    guard let flight = land(id) else { return }
    totals.requests -= 1
    finish(flight.ask, .failed(fault.rowFailure()))
  }

  mutating func ended(
    _ id: Int, _ outcome: RequestOutcome, _ spending: Spending, now: Double
  ) {
    guard let flight = land(id) else { return }
    record(spending, of: flight.ask)
    // The limiter may know better now.
    permitWait = nil
    permitRefusal = nil
    decide(flight, id, outcome, now: now)
  }

  private mutating func record(_ spending: Spending, of ask: Ask) {
    if !spending.wasSent { totals.requests -= 1 }
    totals.cost += spending.cost
    if spending.wasServed {
      streaks.recordServed()
      overload.clear()
    }
    guard let usage = spending.usage else { return }
    totals.usage = totals.usage + usage
    estimate.record(usage, tokens: ask.tokens, questions: ask.questions.count)
  }

  private mutating func decide(
    _ flight: InFlight, _ id: Int, _ outcome: RequestOutcome, now: Double
  ) {
    let ask = flight.ask
    switch outcome {
    case .replied(let judgements): answer(ask, judgements)
    case .discredited(let fault), .useless(let fault): retryUseless(ask, fault)
    case .cut where !ask.isCapRaised: retryCut(ask)
    case .failed(let fault), .cut(let fault): fail(ask, fault, now: now)
    case .transient(let fault): retryTransient(ask, fault, now: now)
    case .internalError(let fault): retryInternalError(ask, fault, now: now)
    case .overloaded(let fault):
      overload.record(
        "the service is overloaded", started: flight.started, now: now, using: &random)
      retryTransient(ask, fault, now: now, backsOff: false)
    case .lacking(let fault): waitForMachine(flight, fault, now: now)
    case .throttled(let message): retryThrottled(flight, message, now: now)
    case .keyRejected(let message):
      actions.append(.dropKey(id, message))
      putBack(ask)
    case .projectRejected(let message):
      rejections.isPassing = true
      actions.append(.dropProject(id, message, lacksModel: false))
      putBack(ask)
    case .modelMissing(let message):
      rejections.modelMissing = message
      actions.append(.dropProject(id, message, lacksModel: true))
      putBack(ask)
    case .misconfigured(let fault):
      // What has worked before fails for a moment.
      if streaks.hasAnswer { return retryTransient(ask, fault, now: now) }
      halt(.hopeless(fault.message), now: now)
      finish(ask, .failed(fault.rowFailure()))
    case .stop(let message):
      halt(.hopeless(message), now: now)
      finish(ask, .failed(Fault(.refused, message).rowFailure()))
    }
  }

  /// The reply is in the cache, which ends the leases of its questions.
  private mutating func answer(_ ask: Ask, _ judgements: [Judgement]) {
    var rest = ask
    (rest.isLeased, rest.isAnswerUseless) = (false, true)
    for (question, judgement) in zip(ask.questions, judgements) {
      switch judgement {
      case .accepted(let members):
        totals.answered += 1
        streaks.recordAnswer()
        finish(question, .done(members))
      case .rejected where ask.questions.count > 1:
        // Of several questions those without an answer are asked again alone.
        putBack(part: [question], of: rest)
      case .rejected(let fault): retryUseless(rest, fault)
      }
    }
  }

  /// A reply that was of no use; each is paid, so several questions are asked by
  /// halves at once.
  private mutating func retryUseless(_ ask: Ask, _ fault: Fault) {
    var ask = ask
    ask.uselessReplies += 1
    if ask.questions.count == 1, ask.uselessReplies <= EngineOptions.answerRetries {
      putBack(ask)
    } else {
      giveUp(ask, fault)
    }
  }

  private mutating func retryCut(_ ask: Ask) {
    var ask = ask
    ask.isCapRaised = true
    if ask.questions.count > 1 { putBackHalves(of: ask) } else { putBack(ask) }
  }

  private mutating func fail(_ ask: Ask, _ fault: Fault, now: Double) {
    if fault.code == .refused, let reason = recordRefusal(ask, fault) { halt(reason, now: now) }
    giveUp(ask, fault)
  }

  private mutating func recordRefusal(_ ask: Ask, _ fault: Fault) -> Stop? {
    let picture = ask.picture.digest
    let (inFlight, queue, groups) = (inFlight, queue, groups)
    return streaks.recordRefusal(fault, picture: picture) {
      groups.count > 0 || queue.contains { $0.picture.digest != picture }
        || inFlight.values.contains { $0.ask.picture.digest != picture }
    }
  }

  /// What cannot succeed fails; of several questions one may be to blame, so
  /// they are asked again by halves.
  private mutating func giveUp(_ ask: Ask, _ fault: Fault) {
    if ask.questions.count > 1 {
      putBackHalves(of: ask)
    } else {
      finish(ask, .failed(fault.rowFailure()))
    }
  }

  private mutating func putBackHalves(of ask: Ask, notBefore time: Double? = nil) {
    var ask = ask
    ask.uselessReplies = 0
    let half = ask.questions.count / 2
    for part in [ask.questions[half...], ask.questions[..<half]] {
      putBack(part: part, of: ask, notBefore: time)
    }
  }

  /// - Parameter backsOff: whether the request waits; if not, all do.
  private mutating func retryTransient(
    _ ask: Ask, _ fault: Fault, now: Double, backsOff: Bool = true
  ) {
    var ask = ask
    ask.transientFailures += 1
    guard ask.transientFailures <= options.retries else {
      return failForGood(ask, fault, now: now)
    }
    let delay = Backoff().delay(attempt: ask.transientFailures, using: &random)
    let stated = fault.delay ?? 0
    putBack(ask, notBefore: backsOff || stated > 0 ? now + max(backsOff ? delay : 0, stated) : nil)
  }

  /// It is no request's fault, so it costs none a try.
  private mutating func waitForMachine(_ flight: InFlight, _ fault: Fault, now: Double) {
    var ask = flight.ask
    ask.attempts -= 1
    let failures = overload.record(
      "too many open files", started: flight.started, now: now, using: &random)
    if failures > EngineOptions.shortages { halt(.hopeless(fault.message), now: now) }
    putBack(ask)
  }

  /// The request itself may be to blame, so it has few tries; several questions
  /// are asked by halves at once.
  private mutating func retryInternalError(_ ask: Ask, _ fault: Fault, now: Double) {
    var ask = ask
    ask.internalErrors += 1
    let time = now + Backoff().delay(attempt: ask.internalErrors, using: &random)
    if ask.questions.count > 1 {
      putBackHalves(of: ask, notBefore: time)
    } else if ask.internalErrors <= min(options.retries, EngineOptions.internalErrorRetries) {
      putBack(ask, notBefore: time)
    } else {
      failForGood(ask, fault, now: now)
    }
  }

  private mutating func failForGood(_ ask: Ask, _ fault: Fault, now: Double) {
    if let reason = streaks.recordFailedRow(fault.message) { halt(reason, now: now) }
    finish(ask, .failed(fault.rowFailure()))
  }

  private mutating func retryThrottled(_ flight: InFlight, _ message: String, now: Double) {
    var ask = flight.ask
    ask.throttles += 1
    if let reason = streaks.recordThrottle(message, started: flight.started, now: now) {
      halt(reason, now: now)
    }
    if ask.throttles <= EngineOptions.throttleRetries {
      putBack(ask)
    } else {
      finish(ask, .failed(Fault(.rateLimited, message).rowFailure()))
    }
  }

  // MARK: - Time

  /// Gives up requests whose time is over: each has its timeout, and all have
  /// the end of an urgent stop.
  mutating func giveUpLate(_ now: Double) {
    if let stop, let end = stopDeadline, now >= end {
      for id in inFlight.keys.sorted() {
        guard let flight = land(id) else { continue }
        actions.append(.cancel(id))
        finish(flight.ask, .failed(stop.fault.rowFailure(isReported: false)))
      }
    }
    guard now >= timeoutCheck else { return }
    timeoutCheck = now + Self.timeoutPrecision
    for (id, flight) in inFlight.sorted(by: { $0.key < $1.key })
    where flight.deadline <= clock.elapsed {
      _ = land(id)
      actions.append(.cancel(id))
      let fault = Fault(.transport, "no response within \(options.timeout) s")
      retryTransient(flight.ask, fault, now: now)
    }
  }
}
