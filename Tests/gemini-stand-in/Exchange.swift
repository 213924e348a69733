/// A request and its fate: the row of the log.
struct Exchange {
  let number: Int
  /// Seconds since 1970, when the last byte of the request was in.
  let time: Double
  let connection: Int
  var reply: Reply
  /// Seconds to wait before the reply.
  var delay = 0.0
  var method = ""
  var key: String?
  var project: String?
  var model: String?
  var fault: String?
  /// Which rule refused it: `rpm`, `tpm`, `rpd`, or the error's status.
  var refused: String?
  var digest: Digest?
  var images: [Digest] = []
  /// The questions asked, each by its image and words.
  var questions: [Digest] = []
  var promptTokens = 0
  var outputTokens = 0
  var thoughtTokens = 0
  var inFlight = 0
  var bodySize = 0
  /// Whether the quota let it in: such a request is paid for.
  var admitted = false
  /// A good answer, with nothing done to it that a client could not use.
  var isGood = false
  /// The same request had already been given a good answer.
  var isRepeat = false
  /// Questions of this request that had been given a good answer.
  var repeatedQuestions = 0
  var acceptsGzip = false
  /// The batch job that was made, its lines, and how many of those ask what
  /// had been answered or is in another job.
  var job: String?
  var lines = 0
  var repeatedLines = 0

  func row(ended: Double, delivered: Bool) -> [UInt8] {
    var members: [(key: String, value: Value)] = [
      ("n", .int(number)), ("time", .double(rounded(time))),
      ("seconds", .double(rounded(ended - time))), ("connection", .int(connection)),
      ("method", .string(method)), ("status", .int(reply.status)),
      ("delivered", .bool(delivered)), ("in_flight", .int(inFlight)),
      ("body_bytes", .int(bodySize)), ("admitted", .bool(admitted)),
    ]
    func add(_ name: String, _ value: String?) {
      if let value { members.append((name, .string(value))) }
    }
    add("key", key)
    add("project", project)
    add("model", model)
    add("fault", fault)
    add("refused", refused)
    add("request", digest?.hex)
    if !images.isEmpty { members.append(("images", .array(images.map { .string($0.hex) }))) }
    if promptTokens > 0 {
      members.append(("prompt_tokens", .int(promptTokens)))
      members.append(("output_tokens", .int(outputTokens)))
      members.append(("thought_tokens", .int(thoughtTokens)))
    }
    add("job", job)
    if lines > 0 {
      members.append(("lines", .int(lines)))
      members.append(("repeated_lines", .int(repeatedLines)))
    }
    if questions.count > 1 { members.append(("questions", .int(questions.count))) }
    if isRepeat { members.append(("repeat", true)) }
    if repeatedQuestions > 0 {
      members.append(("repeated_questions", .int(repeatedQuestions)))
    }
    return Value.object(members).compact
  }

  private func rounded(_ seconds: Double) -> Double { (seconds * 1e6).rounded() / 1e6 }
}
