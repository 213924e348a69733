/// What an error status means. The table is that of the API's own pages and of
/// real responses; where they conflict, the reading that spares the service.
enum RefusalReader {
  /// An error of the API.
  static func verdict(status: Int, _ error: ErrorEnvelope, _ headers: ReplyHeaders) -> Verdict {
    let message =
      error.message.isEmpty
      ? "HTTP \(status) \(error.status)".trimmedOfSpaces : error.message.trimmedOfSpaces
    switch status {
    case 400: return BadRequestReader.verdict(error, message)
    case 401: return .keyRejected(message)
    case 402: return .projectRejected(message)
    case 403: return forbidden(error, message)
    case 404: return .modelMissing(message)
    case 429: return QuotaReader.verdict(error, message, headers)
    default: return verdict(status: status, message, headers)
    }
  }

  /// A response that is not the API's JSON: from a proxy, or from the front end.
  static func verdict(status: Int, bare body: [UInt8], _ headers: ReplyHeaders) -> Verdict {
    let message = "HTTP \(status) without the API's JSON: \(ReplyReader.beginning(of: body))"
    switch status {
    case 300..<400:
      return .retry(Failure(.transient, .badResponse, "\(message); is --base-url right?"))
    case 401, 403, 404: return .stop("\(message); is --base-url right?")
    case 402: return .projectRejected(message)
    case 429:
      return .throttled(Throttle(scope: .unknown, delay: headers.delay, message: message))
    default: return verdict(status: status, message, headers)
    }
  }

  private static func verdict(
    status: Int, _ message: String, _ headers: ReplyHeaders
  ) -> Verdict {
    switch status {
    case 407:
      return .stop("the proxy refuses the request (HTTP 407: its user name and password)")
    case 503:
      return .retry(Failure(.overloaded, .serverError, message, delay: headers.delay))
    case 408, 499, 500...599:
      return .retry(Failure(.transient, .serverError, message, delay: headers.delay))
    case 400..<500: return .failed(Failure(.refused, message))
    default: return .retry(Failure(.transient, .badResponse, message))
    }
  }

  private static func forbidden(_ error: ErrorEnvelope, _ message: String) -> Verdict {
    let text = message.lowercased()
    // No key arrived: a proxy removed the header.
    if text.contains("unregistered callers") { return .stop(message) }
    if text.contains("access the file") { return .failed(Failure(.refused, message)) }
    let projectReasons = ["SERVICE_DISABLED", "CONSUMER_SUSPENDED", "BILLING_DISABLED"]
    if error.reasons.contains(where: projectReasons.contains)
      || QuotaReader.isOutOfCredit(message)
    {
      return .projectRejected(message)
    }
    return .keyRejected(message)
  }
}

/// What a 400 means: it covers the key, the region, the run's settings and the
/// row's own picture and text.
///
/// Only what is known to concern every request stops the run. Everything else
/// is the row's, whatever words its message holds: if all rows are refused
/// for one reason, the engine sees that by `Failure.reason`.
enum BadRequestReader {
  static func verdict(_ error: ErrorEnvelope, _ message: String) -> Verdict {
    let text = message.lowercased()
    if error.reasons.contains("API_KEY_INVALID") || isAboutKey(text) {
      return .keyRejected(message)
    }
    if error.status == "FAILED_PRECONDITION" {
      return text.contains("billing") || QuotaReader.isOutOfCredit(message)
        ? .projectRejected(message) : .stop(message)
    }
    let violations = error.fieldViolations
    if violations.contains(where: { isOfRun(field: $0.field, $0.description.lowercased()) })
      || isOfRun(text)
    {
      return .stop(message)
    }
    return .failed(Failure(.refused, message))
  }

  private static func isAboutKey(_ text: String) -> Bool {
    text.hasPrefix("api key ")
      || ["api key not valid", "api key not found", "api key expired", "invalid api key"]
        .contains { text.contains($0) }
  }

  /// Whether a field is one that all requests of a run have in common.
  private static func isOfRun(field: String, _ description: String) -> Bool {
    // A field that the service does not know is in every request.
    if description.contains("unknown name") { return true }
    return isSetting(field.lowercased()[...])
      || description.firstRange(of: "invalid value at '").map {
        isSetting(description[$0.upperBound...])
      } == true
  }

  /// Whether a path begins with a member that holds settings.
  private static func isSetting(_ path: Substring) -> Bool {
    let first = path.prefix { $0.isLetter || $0 == "_" }.filter { $0 != "_" }
    return settings.contains(first)
  }

  private static let settings: Set<String> = [
    "generationconfig", "safetysettings", "systeminstruction", "servicetier", "tools",
    "toolconfig", "cachedcontent",
  ]

  /// Whether a message is one of the service's known texts about the settings
  /// or the way in which the run asks.
  private static func isOfRun(_ text: String) -> Bool {
    if let path = text.firstRange(of: "generatecontentrequest.")?.upperBound {
      return isSetting(text[path...]) || text[path...].hasPrefix("contents: contents is not")
    }
    let isUnsupported = [
      "is not supported", "are not supported", "is not enabled", "not available for",
      "is invalid", "not supported for",
    ].contains { text.contains($0) }
    if isUnsupported,
      text.hasPrefix("thinking level") || text.hasPrefix("the thinking budget")
        || text.hasPrefix("thinking budget") || text.hasPrefix("budget ")
        || text.hasPrefix("multiple candidates") || text.hasPrefix("image input modality")
        || text.hasPrefix("developer instruction") || text.hasPrefix("json mode")
        || text.hasPrefix("media resolution") || text.hasPrefix("media_resolution")
        || text.hasPrefix("service tier") || text.hasPrefix("service_tier")
    {
      return true
    }
    return text.hasPrefix("you can only set only one of thinking")
      || text.hasPrefix("multiple authentication credentials")
      || text.hasPrefix("invalid json payload received. unknown name")
      || text.hasPrefix("user location is not supported")
  }
}

extension String {
  /// Without white space at the ends.
  var trimmedOfSpaces: String {
    var bytes = utf8[...]
    while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    return String(Substring(bytes))
  }
}
