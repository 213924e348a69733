import HTTP
import Shared

/// Calls of the Files and Batch parts, one at a time: each waits for its reply,
/// and for a signal.
struct BatchService: ~Copyable {
  /// Without a slash at the end.
  let address: String
  let version = "v1beta"
  let judge: ReplyJudge
  var projects: [BatchProject]
  private var client: Client
  let fetcher: Fetcher
  private var random = SplitMix64(seed: UInt64.random(in: 0...UInt64.max))

  /// How often a call that can be repeated without harm is made in a row.
  static let tries = 4

  init(
    options: RunOptions, judge: ReplyJudge, keys: [APIKey]
  ) throws(TransportError) {
    var transport = options.transport
    transport.timeout = options.engine.timeout
    // A list may hold results.
    transport.maximumResponseBytes = 64 << 20
    transport.keptHeaders.formUnion(ResumableUpload.headers)
    let fetcher = try Fetcher(options: transport)
    let client = try Client(options: transport)
    address = options.address
    self.judge = judge
    projects = BatchProject.all(keys)
    self.fetcher = fetcher
    self.client = client
  }

  /// One call with a key of the project; the next one if that is refused.
  ///
  /// - Parameter path: from the version on, with a slash before it.
  mutating func call(
    _ project: Int, _ method: String, _ path: String, headers: [String] = [],
    body: [[UInt8]]? = nil
  ) throws(BatchFailure) -> Response {
    while let key = projects[project].keys.first {
      let request = Request(
        url: address + path, headers: headers + ["x-goog-api-key: \(key.secret)"], body: body,
        method: ["GET", "POST"].contains(method) ? nil : method)
      let response = try send(request)
      guard response.status != 200 else { return response }
      let failure = failure(of: response)
      guard case .unusable(let message) = failure else { throw failure }
      projects[project].keys.removeFirst()
      projects[project].refusal = message
      StandardError.line("vqa-gemini: \(key.name): \(message); it is not used any more")
    }
    throw .unusable(projects[project].refusal ?? "no key")
  }

  /// The same, repeated after failures of the moment; for what does no harm
  /// when it is done twice.
  mutating func repeating<Result>(
    _ body: (inout BatchService) throws(BatchFailure) -> Result
  ) throws(BatchFailure) -> Result {
    var attempt = 1
    while true {
      do throws(BatchFailure) {
        return try body(&self)
      } catch {
        guard error.isTransient, attempt < Self.tries else { throw error }
        try pause(backoff(attempt))
        attempt += 1
      }
    }
  }

  /// Seconds to wait after `attempt` failures.
  mutating func backoff(_ attempt: Int) -> Double {
    Backoff(base: 0.5, cap: 8).delay(attempt: attempt, using: &random)
  }

  /// Waits, unless a signal comes.
  func pause(_ seconds: Double) throws(BatchFailure) {
    guard Interrupt.sleep(seconds) else { throw .interrupted }
  }

  /// Sends a request and waits for its response.
  mutating func send(_ request: Request) throws(BatchFailure) -> Response {
    do throws(TransportError) {
      let id = try client.start(request)
      var end = Double.infinity
      while true {
        if let completion = client.finished() { return try completion.result.get() }
        // What is being asked may be done already: it gets its grace.
        let now = Monotonic.seconds()
        if Interrupt.requested != nil { end = min(end, now + EngineOptions.grace) }
        guard now < end else {
          client.cancel(id)
          throw TransportError(.timeout, "interrupted")
        }
        try client.wait(milliseconds: 250)
      }
    } catch {
      throw .transient(
        judge.redactor.redacted(error.message), isLikelyRefused: !error.hasLeft)
    }
  }

  /// What a response that is not a success means.
  func failure(of response: Response) -> BatchFailure {
    let body = judge.redactor.redact(response.body)
    let parsed = try? JSONValue(parsing: body)
    let envelope = parsed.flatMap(ErrorEnvelope.init(body:))
    if envelope?.status == "FAILED_PRECONDITION", response.status == 400 {
      return .notReady(envelope?.message ?? "")
    }
    let read = ReplyReader.read(
      status: response.status, headers: response.replyHeaders, body: body)
    switch read.verdict {
    case .text: return .refused("HTTP \(response.status)")
    case .retry(let failure):
      return .transient(failure.message, isLikelyRefused: response.status == 503)
    case .failed(let failure):
      return response.status == 403 ? .missing(failure.message) : .refused(failure.message)
    case .throttled(let throttle): return .throttled(throttle.message)
    case .keyRejected(let message), .projectRejected(let message): return .unusable(message)
    case .modelMissing(let message): return .missing(message)
    case .stop(let message): return .refused(message)
    }
  }
}
