/// The API itself, without the network: a request in, an exchange out.
///
/// Everything happens on one event loop, so nothing here is locked.
final class Service {
  var configuration: Configuration
  var counters = Counters()
  private var quotas: [String: Quota] = [:]
  var images = ImageStore()
  var batches = BatchStore()
  private var received = 0

  init(_ configuration: Configuration) {
    self.configuration = configuration
    if configuration.credentials.isEmpty {
      self.configuration.credentials.add(
        APIKey(
          key: Credentials.defaultKey, name: "default", project: "default", state: .ok, models: nil)
      )
    }
  }

  /// - Parameter time: seconds since 1970 on a clock that never goes back.
  func answer(_ request: HTTPRequest, at time: Double, connection: Int) -> Exchange {
    received += 1
    let isAboutUs = Endpoint(method: request.method, path: request.path) == .stats
    if !isAboutUs { counters.began() }
    var exchange = Exchange(
      number: received, time: time, connection: connection, reply: Reply(status: 500, body: []))
    exchange.inFlight = counters.inFlight
    exchange.bodySize = request.bodySize
    exchange.acceptsGzip = request.acceptsGzip
    do {
      try answer(request, &exchange)
    } catch {
      exchange.reply = Reply(error)
      exchange.refused = exchange.refused ?? error.status
    }
    if configuration.compresses, exchange.reply.delivery == .whole {
      exchange.reply.delivery = .compressed
    }
    return exchange
  }

  /// - Parameters:
  ///   - exchange: what `answer` returned.
  ///   - delivered: whether all of the reply was written.
  ///   - isCounted: false for questions about the stand-in itself.
  func ended(_ exchange: Exchange, delivered: Bool, isCounted: Bool) {
    counters.inFlight -= isCounted ? 1 : 0
    if isCounted { counters.ended(exchange, delivered: delivered) }
  }

  private func answer(_ request: HTTPRequest, _ exchange: inout Exchange) throws(Refusal) {
    let endpoint = Endpoint(method: request.method, path: request.path, query: request.query)
    switch endpoint {
    case .stats:
      exchange.method = "stats"
      exchange.reply = Reply(counters.value)
      return
    case .unknown:
      exchange.method = "unknown"
      exchange.reply = .page(404, "Error 404 (Not Found)!!1")
      return
    default: break
    }
    exchange.method = endpoint.name
    try checkQuery(request.query)
    if case .batch(let batch) = endpoint { return try answer(request, batch, &exchange) }
    let key = try configuration.credentials.key(for: request.credentials)
    exchange.key = key.name
    exchange.project = key.project
    switch endpoint {
    case .models:
      let models = Model.all.keys.sorted().compactMap { Model.all[$0] }
      exchange.reply = Reply(["models": .array(models.map(\.description))])
    case .model(let version, let name):
      exchange.reply = Reply(try model(name, version: version, key: key).description)
    case .countTokens(let version, let name):
      try countTokens(request, model(name, version: version, key: key), &exchange)
    case .generate(let version, let name):
      exchange.model = name
      try generate(request, name, version: version, key: key, &exchange)
    case .stats, .unknown, .batch: break
    }
  }

  private func checkQuery(_ query: [(name: String, value: String)]) throws(Refusal) {
    let known = [
      "key", "alt", "$alt", "prettyPrint", "$prettyPrint", "fields", "$fields", "access_token",
      "callback", "quotaUser", "uploadType", "upload_protocol", "$.xgafv", "pageSize", "pageToken",
      "upload_id",
    ]
    for (name, _) in query where !known.contains(name) {
      throw .badRequest([
        ProtoChecker.Violation(
          field: "",
          description: "Invalid JSON payload received. Unknown name \"\(name)\": Cannot bind query "
            + "parameter. Field '\(name)' could not be found in request message.")
      ])
    }
  }

  func model(_ name: String, version: String, key: APIKey) throws(Refusal) -> Model {
    guard let model = Model.all[name] else { throw .unknownModel(name, version: version) }
    if let models = key.models, !models.contains(name) {
      throw .notFound("This model models/\(name) is no longer available to new users.")
    }
    return model
  }

  /// The body as a message of the API.
  func message(_ name: String, _ request: HTTPRequest) throws(Refusal) -> Value {
    guard request.bodySize <= configuration.maximumBody else {
      throw .invalidArgument(
        "Request payload size exceeds the limit: \(configuration.maximumBody) bytes.")
    }
    let json: JSON
    do {
      json = try JSONScanner.parse(request.body)
    } catch {
      throw .syntax(error, in: request.body)
    }
    guard let message = Message.all[name] else { return .null }
    var checker = ProtoChecker(bytes: request.body)
    let value = checker.check(json, as: message)
    guard checker.violations.isEmpty else { throw .badRequest(checker.violations) }
    return value
  }

  private func countTokens(
    _ request: HTTPRequest, _ model: Model, _ exchange: inout Exchange
  ) throws(Refusal) {
    let outer = try message("CountTokensRequest", request)
    let prompt = try Prompt(
      outer["generateContentRequest"] ?? outer, model: model, images: &images)
    if let refusal = prompt.refusal { throw refusal }
    exchange.reply = Reply(["totalTokens": .int(prompt.tokens)])
  }

  private func generate(
    _ request: HTTPRequest, _ name: String, version: String, key: APIKey,
    _ exchange: inout Exchange
  ) throws(Refusal) {
    let model = try model(name, version: version, key: key)
    let value = try message("GenerateContentRequest", request)
    let prompt = try Prompt(value, model: model, images: &images)
    var digest = Digest(name)
    digest.combine(request.body[...])
    exchange.digest = digest
    exchange.images = prompt.images
    exchange.questions = prompt.asked
    exchange.promptTokens = prompt.tokens
    exchange.delay = delay(digest)
    try admit(tokens: prompt.tokens, model: name, key: key, digest: digest, &exchange)
    counters.markRepeats(&exchange)
    // From here on the request is paid for, also where it is refused.
    if let refusal = prompt.refusal { throw refusal }
    try RequestRules.check(value, for: model)
    let subject = FaultRule.Subject(
      key: key, model: name, text: prompt.text, digest: digest, time: exchange.time)
    let found = configuration.faults.fault(for: subject)
    exchange.fault = found?.name
    let answer = try self.answer(
      value, prompt, model: model, version: version, key: key, digest: digest, found?.fault)
    exchange.outputTokens = answer.candidateTokens
    exchange.thoughtTokens = answer.thoughtTokens
    exchange.reply = Reply(answer.body)
    if case .reply(let spoil) = found?.fault { spoil(&exchange.reply) }
    if case .quotingReply(let spoil) = found?.fault {
      spoil(context(model, version: version, key), &exchange.reply)
    }
    if case .delay(let seconds) = found?.fault { exchange.delay += seconds }
    exchange.isGood = answer.isGood(despite: found?.name)
    if let timeout = request.timeout, exchange.delay > timeout {
      exchange.delay = timeout
      throw Refusal(
        code: 504, status: "DEADLINE_EXCEEDED",
        message: "The request timed out. Please try again.")
    }
  }

  /// The answer to a request that was let in, as the fault has it.
  func answer(
    _ value: Value, _ prompt: Prompt, model: Model, version: String, key: APIKey, digest: Digest,
    _ fault: Fault?
  ) throws(Refusal) -> Answer {
    if case .refusal(let refuse) = fault { throw refuse(context(model, version: version, key)) }
    var slip: StructuredAnswer.Slip?
    if case .slip(let wanted) = fault { slip = wanted }
    var answer = Answer(to: value, prompt: prompt, model: model, digest: digest, slip: slip)
    if case .answer(let spoil) = fault { spoil(&answer) }
    return answer
  }

  private func context(_ model: Model, version: String, _ key: APIKey) -> Fault.Context {
    let limits = configuration.projects[key.project]
    return Fault.Context(
      model: model.name, version: version, key: key.key, freeTier: limits?.freeTier ?? true)
  }

  private func delay(_ digest: Digest) -> Double {
    let range = configuration.latency
    let fraction = digest.fraction(for: configuration.seed &+ 17)
    return range.lowerBound + fraction * (range.upperBound - range.lowerBound)
  }

  private func admit(
    tokens: Int, model: String, key: APIKey, digest: Digest, _ exchange: inout Exchange
  ) throws(Refusal) {
    guard let limits = configuration.projects[key.project] else {
      exchange.admitted = true
      return
    }
    let name = key.project + "\n" + model
    let excesses = quotas[name, default: Quota()].admit(
      tokens: tokens, at: exchange.time, limits: limits, window: configuration.window,
      countsRefusals: configuration.countsRefusals)
    exchange.admitted = excesses.isEmpty
    guard let worst = excesses.last else { return }
    exchange.refused = worst.name
    exchange.delay = 0
    throw .quota(
      excesses, model: model, freeTier: limits.freeTier, helpFirst: digest.pick(2, for: 3) == 0)
  }
}

extension Endpoint {
  /// The log's word for it.
  var name: String {
    switch self {
    case .generate: "generateContent"
    case .countTokens: "countTokens"
    case .model, .models: "models"
    case .batch(let endpoint): endpoint.name
    case .stats: "stats"
    case .unknown: "unknown"
    }
  }
}

extension Answer {
  /// Whether a client can use it, whatever else was done to the reply.
  func isGood(despite fault: String?) -> Bool {
    finishReason == "STOP" && FaultTables.harmless.isSuperset(of: fault.map { [$0] } ?? [])
  }
}
