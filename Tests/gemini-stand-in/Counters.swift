/// The sums that `GET /stand-in/stats` tells.
struct Counters {
  var connections = 0
  var inFlight = 0
  private var requests = 0
  private var maxInFlight = 0
  private var byStatus: [String: Int] = [:]
  private var byFault: [String: Int] = [:]
  private var projects: [String: [String: Int]] = [:]
  private var keys: [String: Int] = [:]
  private var repeats = 0
  private var promptTokens = 0
  private var outputTokens = 0
  private var undelivered = 0
  /// Requests that were given a good answer, to the last byte.
  private var answered: Set<Digest> = []
  private var answeredQuestions: Set<Digest> = []
  private var repeatedQuestions = 0
  private var jobs = 0
  private var lines = 0
  private var repeatedLines = 0

  /// Tells the exchange what of it had been given a good answer before.
  func markRepeats(_ exchange: inout Exchange) {
    exchange.isRepeat = exchange.digest.map(answered.contains) ?? false
    exchange.repeatedQuestions = exchange.questions.count(where: answeredQuestions.contains)
  }

  /// Whether all of this was given a good answer, or is among `asked`.
  func isRepeat(_ questions: [Digest], in asked: Set<Digest>) -> Bool {
    !questions.isEmpty
      && questions.allSatisfy { answeredQuestions.contains($0) || asked.contains($0) }
  }

  /// A line of a job has a good answer.
  mutating func answered(_ digest: Digest, _ questions: [Digest]) {
    answered.insert(digest)
    answeredQuestions.formUnion(questions)
  }

  /// A job was cancelled and gives no answers.
  mutating func withdraw(_ digests: [Digest], _ questions: [Digest]) {
    answered.subtract(digests)
    answeredQuestions.subtract(questions)
  }

  mutating func began() {
    inFlight += 1
    maxInFlight = max(maxInFlight, inFlight)
  }

  mutating func ended(_ exchange: Exchange, delivered: Bool) {
    requests += 1
    byStatus[String(exchange.reply.status), default: 0] += 1
    if let fault = exchange.fault { byFault[fault, default: 0] += 1 }
    if let key = exchange.key { keys[key, default: 0] += 1 }
    if let project = exchange.project {
      let what = exchange.admitted ? "admitted" : "refused_" + (exchange.refused ?? "other")
      projects[project, default: [:]][what, default: 0] += 1
    }
    if exchange.isRepeat { repeats += 1 }
    repeatedQuestions += exchange.repeatedQuestions
    if exchange.job != nil { jobs += 1 }
    lines += exchange.lines
    repeatedLines += exchange.repeatedLines
    if exchange.admitted {
      promptTokens += exchange.promptTokens
      outputTokens += exchange.outputTokens + exchange.thoughtTokens
    }
    if !delivered { undelivered += 1 }
    if delivered, exchange.isGood, let digest = exchange.digest {
      answered.insert(digest)
      answeredQuestions.formUnion(exchange.questions)
    }
  }

  var value: Value {
    [
      "requests": .int(requests), "answered": .int(answered.count), "repeats": .int(repeats),
      "questions_answered": .int(answeredQuestions.count),
      "repeated_questions": .int(repeatedQuestions),
      "jobs": .int(jobs), "lines": .int(lines), "repeated_lines": .int(repeatedLines),
      "undelivered": .int(undelivered), "connections": .int(connections),
      "in_flight": .int(inFlight), "max_in_flight": .int(maxInFlight),
      "prompt_tokens": .int(promptTokens), "output_tokens": .int(outputTokens),
      "by_status": Counters.value(byStatus), "by_fault": Counters.value(byFault),
      "by_key": Counters.value(keys),
      "projects": .object(
        projects.sorted { $0.key < $1.key }.map { ($0.key, Counters.value($0.value)) }),
    ]
  }

  private static func value(_ counts: [String: Int]) -> Value {
    .object(counts.sorted { $0.key < $1.key }.map { ($0.key, .int($0.value)) })
  }
}
