import HTTP
import Shared

extension GeminiWorker {
  /// What came of a request decides what becomes of it, its key and the run.
  mutating func settle(
    _ flight: Flight, _ result: Result<Response, TransportError>, now: Double
  ) {
    switch result {
    case .failure(let error): settle(flight, error, now: now)
    case .success(let response):
      let (verdict, usage) = ReplyReader.read(
        status: response.status, body: redactor.redact(response.body))
      if let usage { totals.usage = totals.usage + usage }
      if response.status == 200 {
        limiter.accepted(flight.permit, tokens: usage?.prompt, now: now)
        overload.clear()
      }
      settle(flight, verdict, isCounted: response.status == 200, now: now)
    }
  }

  private mutating func settle(_ flight: Flight, _ error: TransportError, now: Double) {
    limiter.failed(flight.permit, now: now)
    switch error.kind {
    case .configuration, .certificate:
      fail(flight.ask, failure(Failure(.transport, error.message)))
      halt(.hopeless(redactor.redacted(error.message)))
    case .malformedResponse, .responseTooLarge:
      retry(flight.ask, Failure(.transient, .badResponse, error.message), now: now)
    default:
      retry(flight.ask, Failure(.transient, .transport, error.message), now: now)
    }
  }

  private mutating func settle(
    _ flight: Flight, _ verdict: Verdict, isCounted: Bool, now: Double
  ) {
    if !isCounted {
      if case .throttled(let throttle) = verdict {
        limiter.throttled(flight.permit, throttle, now: now)
      } else {
        limiter.failed(flight.permit, now: now)
      }
    }
    switch verdict {
    case .text(let answer): accept(answer, flight.ask, now: now)
    case .failed(let trouble): giveUp(flight.ask, trouble)
    case .retry(let trouble):
      if trouble.kind == .overloaded {
        overload.note(started: flight.permit.started, now: now, using: &random)
      }
      retry(flight.ask, trouble, now: now)
    case .throttled(let throttle): retry(flight.ask, throttle, now: now)
    case .keyRejected(let said):
      let permit = flight.permit
      if limiter.drop(permit.key, of: permit.project, because: redactor.redacted(said)) {
        tell("\(permit.key.name): \(said); it is not used any more")
      }
      queue.prepend(flight.ask)
    case .projectRejected(let said): reject(flight, said, lacksModel: false)
    case .modelMissing(let said): reject(flight, said, lacksModel: true)
    case .stop(let said):
      fail(flight.ask, failure(Failure(.refused, said)))
      halt(.hopeless(redactor.redacted(said)))
    }
  }

  private mutating func reject(_ flight: Flight, _ said: String, lacksModel: Bool) {
    let project = flight.permit.project
    if limiter.drop(project: project, because: redactor.redacted(said), lacksModel: lacksModel) {
      tell("\(limiter.projects[project].name): \(said); the project is not used any more")
    }
    queue.prepend(flight.ask)
  }

  private mutating func accept(_ answer: Answer, _ ask: Ask, now: Double) {
    guard ask.questions.count == 1 else { return acceptGroup(answer, ask) }
    switch members(answer, for: ask.questions[0], ask) {
    case .success(let members): record(members, for: ask.questions[0])
    case .failure(let failure): retry(ask, failure, now: now)
    }
  }

  /// A list that cannot be trusted is asked for again by halves, an item that
  /// is no answer alone.
  private mutating func acceptGroup(_ answer: Answer, _ ask: Ask) {
    guard let texts = GroupReply.texts(in: answer.text, count: ask.questions.count) else {
      for part in ask.parts() { askAgain(part) }
      return
    }
    for (question, text) in zip(ask.questions, texts) {
      var own = answer
      own.text = text
      switch members(own, for: question, ask) {
      case .success(let members): record(members, for: question)
      case .failure: askAgain(ask.with([question]))
      }
    }
  }

  private func members(_ answer: Answer, for question: Question, _ ask: Ask)
    -> Result<[UInt8], Failure>
  {
    RowAnswer.members(
      for: question, answer: answer, attempts: ask.attempts, questions: ask.questions.count,
      policy: AnswerPolicy(check: options.check, model: model))
  }

  private mutating func record(_ members: [UInt8], for question: Question) {
    totals.answered += 1
    totals.failuresInARow = 0
    remember(members, for: question.key.bytes)
    finish(question, .done(members))
  }

  private mutating func askAgain(_ ask: Ask) {
    var ask = ask
    ask.tokens = writer.tokens(ask)
    putBack(ask)
  }

  /// What cannot succeed fails; of several questions one may be to blame, so
  /// they are asked again by halves.
  private mutating func giveUp(_ ask: Ask, _ trouble: Failure) {
    guard ask.questions.count > 1 else { return fail(ask, failure(trouble)) }
    for part in ask.parts() { askAgain(part) }
  }

  /// Tries again later, or gives the rows up.
  private mutating func retry(_ ask: Ask, _ trouble: Failure, now: Double) {
    var ask = ask
    switch trouble.kind {
    case .answer:
      ask.answerFailures += 1
      guard ask.answerFailures <= RunOptions.answerRetries else {
        giveUp(ask, trouble)
        return
      }
      putBack(ask)
    case .transient, .overloaded:
      ask.transientFailures += 1
      // An internal error may be the request's own fault, so it has fewer tries.
      guard ask.transientFailures <= options.retries else {
        noteHopelessness(trouble)
        fail(ask, failure(trouble))
        return
      }
      let delay = Backoff().delay(attempt: ask.transientFailures, using: &random)
      putBack(ask, notBefore: now + (trouble.kind == .overloaded ? 0 : delay))
    }
  }

  private mutating func retry(_ ask: Ask, _ throttle: Throttle, now: Double) {
    var ask = ask
    ask.refusals += 1
    guard ask.refusals <= RunOptions.refusalRetries else {
      fail(ask, failure(Failure(.rateLimited, throttle.message)))
      return
    }
    putBack(ask)
  }

  private mutating func putBack(_ ask: Ask, notBefore time: Double? = nil) {
    if let stop {
      fail(ask, Self.notAttempted(stop))
    } else if let time {
      queue.append(ask, notBefore: time)
    } else {
      queue.prepend(ask)
    }
  }

  private mutating func noteHopelessness(_ trouble: Failure) {
    totals.failuresInARow += 1
    if totals.failuresInARow >= RunOptions.hopeless {
      halt(
        .early(
          "the last \(totals.failuresInARow) rows failed: \(redactor.redacted(trouble.message))"))
    }
  }

  private func failure(_ trouble: Failure) -> RowFailure {
    RowFailure(trouble.code, redactor.redacted(trouble.message), text: trouble.text)
  }

  private func tell(_ message: String) {
    StandardError.line("vqa-gemini: \(redactor.redacted(message))")
  }
}
