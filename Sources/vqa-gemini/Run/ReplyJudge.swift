import HTTP
import Shared

/// Decides what a response means for its request. Pure: the request, the
/// response and the policy decide, nothing else.
struct ReplyJudge {
  let policy: AnswerPolicy
  let price: Budget.Price?
  /// The tier that was asked for.
  let tier: ModelSettings.ServiceTier?
  /// Takes keys out of what the server wrote.
  let redactor: Redactor
  /// The thoughts that the default cap of output tokens allows for; nil for a cap
  /// that the user has given.
  var thoughtCap: Int?

  /// What a response comes to.
  struct Verdict {
    var outcome: RequestOutcome
    var spending = Spending()
    /// What is remembered, and which question is at which place of the reply.
    var reply: (StoredReply, [(key: RequestKey, item: Int?)])?
    /// A 429, for the limiter.
    var throttle: Throttle?
  }

  /// The members for a row from a reply that is remembered; nil if it does not
  /// pass the check.
  func members(for question: Question, from reply: StoredReply) -> [UInt8]? {
    let result = RowAnswer.members(
      for: question, body: reply.body, item: reply.item, attempts: reply.attempts, policy: policy)
    return try? result.get()
  }

  /// What a response to `ask` comes to, however it travelled.
  func judge(
    status: Int, headers: ReplyHeaders = ReplyHeaders(), body: [UInt8], to ask: Ask
  ) -> Verdict {
    let body = redactor.redact(body)
    let (read, usage) = ReplyReader.read(status: status, headers: headers, body: body)
    var verdict = Verdict(outcome: .stop(""))
    verdict.spending.usage = usage
    verdict.spending.cost = cost(usage, servedBy: nil)
    switch read {
    case .text(let answer):
      verdict.spending.wasServed = true
      verdict.spending.cost = cost(usage, servedBy: answer.serviceTier)
      answered(answer, body, ask, &verdict)
    case .retry(let failure): verdict.outcome = retry(failure, status, body, &verdict.spending)
    case .failed(let failure):
      verdict.spending.wasServed = status == 200 && failure.code != .refused
      verdict.outcome = isCut(failure, usage) ? .cut(Fault(failure)) : .failed(Fault(failure))
    case .throttled(let throttle):
      verdict.throttle = throttle
      verdict.outcome = .throttled(throttle.message)
    case .keyRejected(let message): verdict.outcome = .keyRejected(message)
    case .projectRejected(let message): verdict.outcome = .projectRejected(message)
    case .modelMissing(let message): verdict.outcome = .modelMissing(message)
    case .stop(let message): verdict.outcome = .stop(message)
    }
    return verdict
  }

  private func retry(
    _ failure: Failure, _ status: Int, _ body: [UInt8], _ spending: inout Spending
  ) -> RequestOutcome {
    switch failure.kind {
    case .answer:
      spending.wasServed = true
      return .useless(Fault(failure))
    case .overloaded: return .overloaded(Fault(failure))
    case .transient where isInternalError(status, body): return .internalError(Fault(failure))
    case .transient: return .transient(Fault(failure))
    }
  }

  /// Whether a higher cap may help: more thoughts than expected left no tokens
  /// for the text. A text that repeats itself without end is not asked for again.
  func isCut(_ failure: Failure, _ usage: Usage?) -> Bool {
    guard failure.code == .truncated, let thoughtCap, let usage else { return false }
    return usage.thoughts >= thoughtCap
  }

  /// Whether it is an error 500, as a status or inside a 200.
  private func isInternalError(_ status: Int, _ body: [UInt8]) -> Bool {
    guard status == 200 else { return status == 500 }
    let parsed = try? JSONValue(parsing: body)
    return parsed.flatMap(ErrorEnvelope.init(body:))?.code == 500
  }

  private func answered(_ answer: Answer, _ body: [UInt8], _ ask: Ask, _ verdict: inout Verdict) {
    let count = ask.questions.count
    var texts = [answer.text]
    if count > 1 {
      guard let list = GroupReply.texts(in: answer.text, count: count) else {
        verdict.outcome = .discredited(
          Fault(.wrongAnswer, "the list has not the ids that were asked", text: answer.text))
        return
      }
      texts = list
    }
    verdict.outcome = .replied(
      zip(ask.questions, texts).map { question, text in
        var own = answer
        own.text = text
        let result = RowAnswer.members(
          for: question, answer: own, attempts: ask.attempts, questions: count, policy: policy)
        switch result {
        case .success(let members): return .accepted(members)
        case .failure(let failure): return .rejected(Fault(failure))
        }
      })
    verdict.reply = (
      StoredReply(body: body, questions: count, attempts: ask.attempts),
      ask.questions.enumerated().map { ($1.key, count > 1 ? $0 : nil) }
    )
  }

  /// - Parameter name: the tier that the service reports; nil for the one that
  ///   was asked for.
  private func cost(_ usage: Usage?, servedBy name: String?) -> Double {
    guard let usage, let price else { return 0 }
    let served = name.flatMap(ModelSettings.ServiceTier.init(rawValue:)) ?? tier
    return price.cost(of: usage) * (served?.priceFactor ?? 1)
  }

  /// What it comes to that there is no response.
  func judge(_ error: TransportError) -> (RequestOutcome, Spending) {
    let message = redactor.redacted(error.message)
    var spending = Spending()
    spending.wasSent = error.hasLeft
    switch error.kind {
    // To try a refused password again can lock the account.
    case .proxyRefused: return (.stop(message), spending)
    case .configuration, .certificate:
      return (.misconfigured(Fault(.transport, message)), spending)
    case .outOfDescriptors: return (.lacking(Fault(.transport, message)), spending)
    case .malformedResponse, .responseTooLarge:
      return (.transient(Fault(.badResponse, message)), spending)
    default: return (.transient(Fault(.transport, message)), spending)
    }
  }
}

extension Fault {
  init(_ failure: Failure) {
    self.init(
      failure.code, failure.message, reason: failure.reason, text: failure.text,
      delay: failure.delay)
  }
}

extension Response {
  /// The headers that the limits and retries depend on.
  var replyHeaders: ReplyHeaders {
    ReplyHeaders(retryAfter: self["retry-after"], date: self["date"])
  }
}

extension ModelSettings.ServiceTier {
  /// Of the standard tier's price.
  /// https://ai.google.dev/gemini-api/docs/flex-inference
  var priceFactor: Double { self == .flex ? 0.5 : 1 }

  /// Seconds that a request may take if the user does not say.
  var timeout: Double { self == .flex ? 900 : 300 }
}
