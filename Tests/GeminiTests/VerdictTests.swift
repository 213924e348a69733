import Testing

@testable import vqa_gemini

/// Every row of the service's table of errors, and what a gateway makes of them.
struct VerdictTests {
  /// The case of a verdict.
  enum Kind: String { case text, retry, failed, throttled, key, project, model, stop }

  struct Case: Sendable, CustomTestStringConvertible {
    var http: Int
    var body: String
    var kind: Kind
    var code: ErrorCode?
    var testDescription: String { "\(http) \(body.prefix(120))" }

    init(_ http: Int, _ body: String, _ kind: Kind, _ code: ErrorCode? = nil) {
      (self.http, self.body, self.kind, self.code) = (http, body, kind, code)
    }
  }

  static func error(_ code: Int, _ status: String, _ message: String, _ details: String = "")
    -> String
  {
    #"{"error":{"code":\#(code),"message":"\#(message)","status":"\#(status)","details":[\#(details)]}}"#
  }

  static func info(_ reason: String) -> String {
    #"{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"\#(reason)"}"#
  }

  static func violation(_ field: String, _ description: String) -> String {
    #"{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"\#(field)","#
      + #""description":"\#(description)"}]}"#
  }

  static func bad(_ message: String, _ details: String = "") -> String {
    error(400, "INVALID_ARGUMENT", message, details)
  }

  static let badRequests = [
    Case(
      400, bad("API key not valid. Please pass a valid API key.", info("API_KEY_INVALID")), .key),
    Case(400, bad("API key expired. Please renew the API key."), .key),
    Case(400, bad("API Key not found. Please pass a valid API key."), .key),
    Case(
      400, bad("Invalid JSON payload received. Unknown name \\\"x\\\" at 'generation_config'"),
      .stop),
    Case(
      400,
      bad("Bad", violation("contents[0].parts[0]", "Unknown name \\\"z\\\": Cannot find field.")),
      .stop),
    Case(400, bad("Bad", violation("generation_config.seed", "must be an integer")), .stop),
    Case(400, bad("Invalid value at 'x'", violation("generationConfig", "bad")), .stop),
    Case(400, bad("* GenerateContentRequest.contents: contents is not specified"), .stop),
    Case(
      400, bad("* GenerateContentRequest.generation_config.temperature: must be in the range"),
      .stop),
    Case(400, bad("* GenerateContentRequest.safety_settings[0]: element predicate failed"), .stop),
    Case(400, bad("Thinking level is not supported for this model."), .stop),
    Case(400, bad("Thinking level MINIMAL is not supported for this model."), .stop),
    Case(400, bad("You can only set only one of thinking budget and thinking level."), .stop),
    Case(400, bad("Budget 0 is invalid. This model only works in thinking mode."), .stop),
    Case(400, bad("Multiple candidates is not enabled for this model"), .stop),
    Case(400, bad("Image input modality is not enabled for models/gemini-x"), .stop),
    Case(400, bad("Developer instruction is not enabled for models/gemma"), .stop),
    Case(400, bad("Multiple authentication credentials received."), .stop),
    Case(
      400, error(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
      .stop),
    Case(400, error(400, "FAILED_PRECONDITION", "Please enable billing on your project"), .project),
    // The row's own, whatever words it holds.
    Case(400, bad("Unable to process input image. Please retry"), .failed, .refused),
    Case(400, bad("Provided image is not valid."), .failed, .refused),
    Case(400, bad("Unsupported MIME type: image/gif"), .failed, .refused),
    Case(
      400, bad("Bad", violation("contents[0].parts[0].inline_data.data", "Base64 decoding failed")),
      .failed, .refused),
    Case(
      400, bad("The input token count (1230000) exceeds the maximum number of tokens"), .failed,
      .refused),
    Case(400, bad("Request payload size exceeds the limit: 20971520 bytes."), .failed, .refused),
    Case(400, bad("Request contains an invalid argument."), .failed, .refused),
    Case(400, bad("The model could not read this request"), .failed, .refused),
    Case(400, bad("The schema of the picture is odd"), .failed, .refused),
    Case(400, bad("A seed was seen in the picture"), .failed, .refused),
    Case(400, bad("The question mentions an API key and generation_config"), .failed, .refused),
    Case(400, bad("System_instruction and temperature are words"), .failed, .refused),
  ]

  static let refusals = [
    Case(401, error(401, "UNAUTHENTICATED", "no", info("ACCESS_TOKEN_TYPE_UNSUPPORTED")), .key),
    Case(402, error(402, "RESOURCE_EXHAUSTED", "Add credits"), .project),
    Case(403, error(403, "PERMISSION_DENIED", "Your API key was reported as leaked."), .key),
    Case(403, error(403, "PERMISSION_DENIED", "x", info("API_KEY_SERVICE_BLOCKED")), .key),
    Case(403, error(403, "PERMISSION_DENIED", "x", info("SERVICE_DISABLED")), .project),
    Case(403, error(403, "PERMISSION_DENIED", "x", info("CONSUMER_SUSPENDED")), .project),
    Case(403, error(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers"), .stop),
    Case(
      403, error(403, "PERMISSION_DENIED", "You do not have permission to access the File abc"),
      .failed, .refused),
    Case(404, error(404, "NOT_FOUND", "This model models/x is no longer available"), .model),
    Case(407, error(407, "UNKNOWN", "Proxy Authentication Required"), .stop),
    Case(407, "<html>", .stop),
    Case(408, error(408, "DEADLINE_EXCEEDED", "x"), .retry, .serverError),
    Case(413, error(413, "INVALID_ARGUMENT", "too large"), .failed, .refused),
    Case(418, error(418, "TEAPOT", "x"), .failed, .refused),
    Case(499, error(499, "CANCELLED", "x"), .retry, .serverError),
    Case(500, error(500, "INTERNAL", "x"), .retry, .serverError),
    Case(502, "<html>502</html>", .retry, .serverError),
    Case(503, error(503, "UNAVAILABLE", "The model is overloaded."), .retry, .serverError),
    Case(503, "[" + error(503, "UNAVAILABLE", "x") + "]", .retry, .serverError),
    Case(504, error(504, "DEADLINE_EXCEEDED", "x"), .retry, .serverError),
    Case(302, "moved", .retry, .badResponse),
    Case(404, "<html>", .stop),
    Case(403, "<html>", .stop),
    Case(429, "slow down", .throttled),
  ]

  /// An error inside a 200 means what it means elsewhere.
  static let inside = [
    Case(200, error(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted"), .throttled),
    Case(200, #"{"error":{"status":"RESOURCE_EXHAUSTED","message":"x"}}"#, .throttled),
    Case(200, #"{"error":{"code":"RESOURCE_EXHAUSTED","message":"x"}}"#, .throttled),
    Case(200, #"{"error":{"code":"429","message":"x"}}"#, .throttled),
    Case(200, #"{"error":{"code":8,"message":"x"}}"#, .throttled),
    Case(
      200, #"{"error":{"code":13,"message":"An internal error has occurred."}}"#, .retry,
      .serverError),
    Case(200, error(503, "UNAVAILABLE", "x"), .retry, .serverError),
    Case(200, error(400, "INVALID_ARGUMENT", "API key expired."), .key),
    Case(200, #"{"error":{"code":77777777777777777777,"message":"x"}}"#, .retry, .badResponse),
    Case(200, #"{"error":{"code":-5.5,"message":"x"}}"#, .retry, .badResponse),
    Case(200, "[]", .retry, .badResponse), Case(200, "null", .retry, .badResponse),
    Case(200, "<html>", .retry, .badResponse), Case(200, "", .retry, .badResponse),
  ]

  static func candidate(_ text: String) -> String { #"{"candidates":[\#(text)]}"# }

  /// Failures that come with 200 (and the unknown values of growing enums).
  static let answers = [
    Case(200, candidate(#"{"content":{"parts":[{"text":"A"}]},"finishReason":"STOP"}"#), .text),
    Case(
      200,
      candidate(
        #"{"content":{"parts":[{"text":"x","thought":true},{"text":"A"}]},"finishReason":"STOP","new":1}"#
      ), .text),
    Case(200, candidate(#"{"content":{"role":"model"},"finishReason":"STOP"}"#), .retry, .empty),
    Case(
      200, candidate(#"{"content":{"parts":[{"text":" \n"}]},"finishReason":"STOP"}"#), .retry,
      .empty),
    Case(200, candidate(#"{"content":{"parts":[{"text":"A"}]}}"#), .retry, .unfinished),
    Case(
      200, candidate(#"{"content":{"parts":[{"text":"A"}]},"finishReason":"MAX_TOKENS"}"#), .failed,
      .truncated),
    Case(200, candidate(#"{"finishReason":"SAFETY","index":0}"#), .failed, .blocked),
    Case(200, candidate(#"{"finishReason":"RECITATION"}"#), .retry, .recitation),
    Case(200, candidate(#"{"finishReason":"PUP_LIMITED_DISABLED"}"#), .project),
    Case(200, candidate(#"{"finishReason":"CONTINUATION"}"#), .retry, .unfinished),
    Case(200, candidate(#"{"finishReason":"SOMETHING_OF_2027"}"#), .retry, .unfinished),
    Case(200, candidate(#"{"finishReason":7}"#), .retry, .unfinished),
    Case(200, candidate("null"), .retry, .empty), Case(200, "{}", .retry, .empty),
    Case(200, #"{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}"#, .failed, .blocked),
    Case(200, #"{"promptFeedback":{"blockReason":"OF_2027"},"candidates":[]}"#, .failed, .blocked),
  ]

  @Test(arguments: badRequests + refusals + inside + answers)
  func aReplyMeans(_ test: Case) {
    let (kind, failure) = Self.kind(of: read(test.http, test.body))
    #expect(kind == test.kind)
    if let code = test.code { #expect(failure?.code == code) }
  }

  private func read(_ status: Int, _ body: String, _ headers: ReplyHeaders = ReplyHeaders())
    -> Verdict
  {
    ReplyReader.read(status: status, headers: headers, body: Array(body.utf8)).verdict
  }

  static func kind(of verdict: Verdict) -> (Kind, Failure?) {
    switch verdict {
    case .text: (.text, nil)
    case .retry(let failure): (.retry, failure)
    case .failed(let failure): (.failed, failure)
    case .throttled: (.throttled, nil)
    case .keyRejected: (.key, nil)
    case .projectRejected: (.project, nil)
    case .modelMissing: (.model, nil)
    case .stop: (.stop, nil)
    }
  }

  // MARK: - 429

  private func throttle(_ body: String, _ headers: ReplyHeaders = ReplyHeaders()) throws -> Throttle
  {
    guard case .throttled(let throttle) = read(429, body, headers) else {
      throw Unexpected(description: "\(read(429, body, headers))")
    }
    return throttle
  }

  struct Unexpected: Error, CustomStringConvertible { let description: String }

  static func quota(_ violations: (id: String, value: String)..., message: String = "x") -> String {
    let list = violations.map { violation in
      let value = violation.value.isEmpty ? "" : #","quotaValue":\#(violation.value)"#
      return #"{"quotaMetric":"m/requests","quotaId":"\#(violation.id)"\#(value)}"#
    }.joined(separator: ",")
    return error(
      429, "RESOURCE_EXHAUSTED", message,
      #"{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[\#(list)]}"#)
  }

  @Test(
    arguments: [
      (
        quota(("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", #""60""#)),
        Throttle.Scope.minute, 60, nil
      ),
      (quota(("GenerateRequestsPerMinutePerProjectPerModel", "60.0")), .minute, 60, nil),
      (quota(("GenerateRequestsPerDayPerProjectPerModel-FreeTier", #""20""#)), .day, nil, 20),
      (
        quota(("GenerateRequestsPerMinuteX", #""60""#), ("GenerateRequestsPerDayX", #""20""#)),
        .day, 60, 20
      ),
      (quota(("GenerateRequestsPerMinuteX", "")), .minute, nil, nil),
      (quota(("GenerateRequestsPerMinuteX", #""-5""#)), .minute, nil, nil),
      (quota(("GenerateRequestsPerMinuteX", #""0.5""#)), .minute, nil, nil),
      (
        quota(("GenerateRequestsPerMinuteX", #""99999999999999999999""#)), .minute, Bounds.quota,
        nil
      ),
      (quota(("GenerateRequestsPerMinuteX", #""nan""#)), .minute, nil, nil),
      (quota(("SomethingOf2027", #""7""#)), .unknown, 7, nil),
      (
        error(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
        .unknown, nil, nil
      ),
      (
        error(429, "RESOURCE_EXHAUSTED", "Quota exceeded for requests per minute"), .minute, nil,
        nil
      ),
      (
        error(
          429, "RESOURCE_EXHAUSTED",
          "You exceeded your current quota, please check your plan and billing details."), .unknown,
        nil, nil
      ),
      (
        error(429, "RESOURCE_EXHAUSTED", "Spend limit of 10 USD in a rolling 10 minute window"),
        .unknown, nil, nil
      ),
    ] as [(String, Throttle.Scope, Int?, Int?)])
  func aQuotaIsLearned(body: String, scope: Throttle.Scope, minute: Int?, day: Int?) throws {
    let throttle = try throttle(body)
    #expect(throttle.scope == scope)
    #expect(throttle.learned.requestsPerMinute == minute)
    #expect(throttle.learned.requestsPerDay == day)
  }

  @Test(arguments: [
    "Your prepayment credits are depleted. Please go to AI Studio",
    "Your project has exceeded its monthly spending cap",
    "This project has reached its spend cap.", "You have run out of credits",
    "The billing account is disabled", "Quota exceeded, limit: 0, model: x",
  ])
  func aProjectWithoutCreditIsOut(message: String) {
    let body = Self.error(429, "RESOURCE_EXHAUSTED", message)
    #expect(Self.kind(of: read(429, body)).0 == .project)
    #expect(Self.kind(of: read(200, body)).0 == .project)
  }

  static let date = "Wed, 25 Nov 2026 05:00:00 GMT"

  @Test(
    arguments: [
      ("Please retry in 36.429760048s.", ReplyHeaders(retryAfter: "2"), 36.429760048),
      ("Please retry in 99999999999999999999s.", ReplyHeaders(), 86_400),
      ("Please retry in 9e99s.", ReplyHeaders(retryAfter: "2"), 2),
      ("x", ReplyHeaders(retryAfter: "2"), 2), ("x", ReplyHeaders(retryAfter: " 2.5 "), 2.5),
      ("x", ReplyHeaders(retryAfter: "99999999999999999999"), 86_400),
      ("x", ReplyHeaders(retryAfter: "-5"), nil), ("x", ReplyHeaders(retryAfter: "nan"), nil),
      ("x", ReplyHeaders(retryAfter: "soon"), nil), ("x", ReplyHeaders(), nil),
      ("x", ReplyHeaders(retryAfter: "Wed, 25 Nov 2026 05:00:07 GMT", date: date), 7),
      ("x", ReplyHeaders(retryAfter: "Tue, 24 Nov 2026 05:00:07 GMT", date: date), 0),
      ("x", ReplyHeaders(retryAfter: "Wed, 25 Nov 2026 05:00:07 GMT"), nil),
    ] as [(String, ReplyHeaders, Double?)])
  func theWaitIsTheBodysElseTheHeaders(
    message: String, headers: ReplyHeaders, delay: Double?
  ) throws {
    let body = Self.error(429, "RESOURCE_EXHAUSTED", message)
    #expect(try throttle(body, headers).delay == delay)
    let bare = ReplyReader.read(status: 503, headers: headers, body: []).verdict
    #expect(Self.kind(of: bare).1?.delay == headers.delay)
  }

  @Test(
    arguments: [
      ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
      ("Tue, 29 Feb 2028 23:59:59 GMT", 1_835_481_599), ("Sun, 06 Nov 1994 08:49:37", nil),
      ("Sun, 06 Nov 99999 08:49:37 GMT", nil), ("Sun, 06 Xyz 1994 08:49:37 GMT", nil), ("", nil),
    ] as [(String, Double?)])
  func datesAreRead(text: String, seconds: Double?) {
    #expect(HTTPDate.seconds(text) == seconds)
  }

  // MARK: - Numbers and reasons

  @Test(arguments: [
    ("9000000000000000000", Bounds.tokens), ("9e18", Bounds.tokens), ("-3", 0), ("12.7", 12),
    ("\"15\"", 15), ("null", 0), ("1e999", Bounds.tokens), ("[]", 0), ("\"nan\"", 0),
  ])
  func countsAreBounded(text: String, count: Int) throws {
    let body = """
      {"candidates":[{"content":{"parts":[{"text":"A"}]},"finishReason":"STOP"}],
      "usageMetadata":{"promptTokenCount":\(text),"serviceTier":"SERVICE_TIER_FLEX"}}
      """
    let (verdict, usage) = ReplyReader.read(status: 200, body: Array(body.utf8))
    #expect(usage?.prompt == count)
    guard case .text(let answer) = verdict else { throw Unexpected(description: "\(verdict)") }
    #expect(answer.serviceTier == "flex")
    let much = Usage(prompt: .max, output: .max, thoughts: .max, cached: .max, total: .max)
    let sum = (0..<3).reduce(much) { sum, _ in sum + much }
    let price = Budget.Price(input: 1e6, output: 1e6)
    #expect(price.cost(of: sum).isFinite)
  }

  @Test func refusalsOfOneReasonAreAlike() {
    func reason(_ message: String) -> String { Failure(.refused, message).reason }
    #expect(reason("Bad image 17 in \"a b\"") == reason("bad image  4 in \"c\""))
    #expect(
      reason("Base64 decoding failed for iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAf")
        == reason("Base64 decoding failed for R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAA"))
    #expect(reason("Bad image") != reason("Bad text"))
  }

  @Test func aMessageIsOneShortLine() {
    let page = String(repeating: "a line\\n\\té", count: 50_000)
    for status in [200, 400, 401, 402, 403, 404, 429, 500, 503] {
      let body = Self.error(status == 200 ? 400 : status, "X", page)
      let message: String =
        switch read(status, body) {
        case .retry(let failure), .failed(let failure): failure.message
        case .throttled(let throttle): throttle.message
        case .keyRejected(let message), .projectRejected(let message), .modelMissing(let message),
          .stop(let message):
          message
        case .text: ""
        }
      #expect(message.hasPrefix("a line") && message.count == 301 && !message.contains("\n"))
    }
  }

  @Test func whatTheModelWroteIsCut() {
    let failure = Failure(.wrongAnswer, "x", text: String(repeating: "é", count: 5000))
    #expect((failure.text?.utf8.count ?? 0) <= Failure.maximumTextBytes + 3)
    #expect(failure.text?.hasSuffix("é…") == true)
  }
}
