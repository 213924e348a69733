/// What an error status means. The table is that of the API's own pages and of
/// real responses; where they conflict, the reading that spares the service.
enum RefusalReader {
  static func verdict(status: Int, _ error: ErrorEnvelope) -> Verdict {
    let said = error.message.isEmpty ? "HTTP \(status) \(error.status)" : error.message
    switch status {
    case 400: return badRequest(error, said)
    case 401: return .keyRejected(said)
    case 402: return .projectRejected(said)
    case 403: return forbidden(error, said)
    case 404: return .modelMissing(said)
    case 429: return QuotaReader.verdict(error, said)
    default: return verdict(status: status, said: said)
    }
  }

  /// An answer that is not the API's JSON: from a proxy, or from the front end.
  static func verdict(status: Int, bare body: [UInt8]) -> Verdict {
    let said = "HTTP \(status) without the API's JSON: \(ReplyReader.beginning(of: body))"
    switch status {
    case 300..<400:
      return .again(Trouble(.transient, .badResponse, "\(said); is --base-url right?"))
    case 401, 403, 404:
      return .stop("\(said); is --base-url right?")
    case 407: return .stop("the proxy asks for a password (HTTP 407)")
    case 429: return .throttled(Throttle(scope: .unknown, message: said))
    default: return verdict(status: status, said: said)
    }
  }

  private static func verdict(status: Int, said: String) -> Verdict {
    switch status {
    case 503: .again(Trouble(.overloaded, .serverError, said))
    case 408, 499, 500...599: .again(Trouble(.transient, .serverError, said))
    case 413: .failed(Trouble(.refused, said))
    case 400..<500: .failed(Trouble(.refused, said))
    default: .again(Trouble(.transient, .badResponse, said))
    }
  }

  /// 400 says many things; who is to blame is told by the details and, where
  /// there are none, by the words.
  private static func badRequest(_ error: ErrorEnvelope, _ said: String) -> Verdict {
    if error.reasons.contains("API_KEY_INVALID") || mentions(said, ["api key"]) {
      return .keyRejected(said)
    }
    if error.status == "FAILED_PRECONDITION" {
      return mentions(said, ["billing"]) ? .projectRejected(said) : .stop(said)
    }
    if mentions(said, ["multiple authentication credentials"]) { return .stop(said) }
    let violations = error.fieldViolations.joined(separator: "; ")
    let all = said + " " + violations
    // What belongs to the row is looked for first: a message may name both.
    if mentions(
      all, ["inline_data", "inlinedata", "base64", "image", "mime", "token count", "payload size"])
    {
      return .failed(Trouble(.refused, said))
    }
    if mentions(
      all,
      [
        "unknown name", "generation_config", "generationconfig", "thinking", "safety_setting",
        "candidates is not enabled", "contents is not specified", "schema", "system_instruction",
        "temperature", "max_output_tokens", "seed", "media resolution", "media_resolution",
        "developer instruction", "model",
      ])
    {
      return .stop(said)
    }
    return .failed(Trouble(.refused, said))
  }

  private static func forbidden(_ error: ErrorEnvelope, _ said: String) -> Verdict {
    // No key arrived: a proxy took the header away.
    if mentions(said, ["unregistered callers"]) { return .stop(said) }
    if mentions(said, ["access the file"]) { return .failed(Trouble(.refused, said)) }
    let projectReasons = ["SERVICE_DISABLED", "CONSUMER_SUSPENDED", "BILLING_DISABLED"]
    if error.reasons.contains(where: projectReasons.contains) { return .projectRejected(said) }
    return .keyRejected(said)
  }

  static func mentions(_ text: String, _ words: [String]) -> Bool {
    let text = text.lowercased()
    return words.contains { text.contains($0) }
  }
}

extension Trouble {
  /// Trouble of which asking again is no cure.
  init(_ code: ErrorCode, _ message: String) { self.init(.answer, code, message) }
}

/// What a 429 means: which quota, for how long, and what the limit is.
enum QuotaReader {
  static func verdict(_ error: ErrorEnvelope, _ said: String) -> Verdict {
    if RefusalReader.mentions(said, ["prepayment credits are depleted"]) {
      return .projectRejected(said)
    }
    let violations = error.quotaViolations
    // "limit: 0" is a tier that has not got this model, not a wait.
    if isLimitZero(said) || violations.contains(where: { $0.value == 0 }) {
      return .projectRejected(said)
    }
    var learned = Limits.Learned()
    for violation in violations {
      guard let value = violation.value, value > 0 else { continue }
      switch (violation.isPerDay, violation.countsTokens) {
      case (true, false): learned.requestsPerDay = value
      case (true, true): break
      case (false, false): learned.requestsPerMinute = value
      case (false, true): learned.tokensPerMinute = value
      }
    }
    // A day's quota comes with a short retryDelay; the sources conflict on
    // which of the two holds. The day wins, but for one probe.
    let scope: Throttle.Scope =
      violations.contains(where: \.isPerDay)
      ? .day : violations.contains(where: \.isPerMinute) ? .minute : .unknown
    return .throttled(
      Throttle(scope: scope, delay: error.retryDelay, learned: learned, message: said))
  }

  /// Whether the text says "limit: 0", and not "limit: 05" or "limit: 0.5".
  static func isLimitZero(_ text: String) -> Bool {
    text.ranges(of: "limit: 0").contains { range in
      guard let next = text[range.upperBound...].first else { return true }
      if next.isNumber { return false }
      guard next == "." else { return true }
      return text[text.index(after: range.upperBound)...].first?.isNumber != true
    }
  }
}
