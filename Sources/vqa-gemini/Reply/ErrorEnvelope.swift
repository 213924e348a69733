import Shared

/// An error as Google's APIs write it:
/// `{"error":{"code":429,"message":"…","status":"RESOURCE_EXHAUSTED","details":[…]}}`.
/// Some paths wrap it in an array of one.
struct ErrorEnvelope {
  var code: Int
  var message: String
  var status: String
  private var details: [JSONValue]

  /// The error that a body holds, or nil if it holds none.
  init?(body: JSONValue) {
    let object = body.elements?.first ?? body
    guard let error = object["error"], error.kind == .object else { return nil }
    code = error["code"]?.integer ?? 0
    message = error["message"]?.string ?? ""
    status = error["status"]?.string ?? ""
    details = error["details"]?.elements ?? []
  }

  /// The details of one kind; their order in the body varies.
  private func details(_ type: String) -> [JSONValue] {
    details.filter { $0["@type"]?.string == "type.googleapis.com/google.rpc.\(type)" }
  }

  /// Why, in a word: `API_KEY_INVALID` and its like.
  var reasons: [String] { details("ErrorInfo").compactMap { $0["reason"]?.string } }

  /// What was wrong with which field.
  var fieldViolations: [String] {
    details("BadRequest").flatMap { $0["fieldViolations"]?.elements ?? [] }
      .compactMap { $0["description"]?.string }
  }

  /// Which quotas were used up.
  var quotaViolations: [QuotaViolation] {
    details("QuotaFailure").flatMap { $0["violations"]?.elements ?? [] }.map {
      QuotaViolation(
        id: $0["quotaId"]?.string ?? "", metric: $0["quotaMetric"]?.string ?? "",
        value: $0["quotaValue"].flatMap { $0.string.flatMap(Int.init) ?? $0.integer })
    }
  }

  /// When to come back, in seconds.
  ///
  /// The message has the fraction ("Please retry in 36.429760048s."), RetryInfo
  /// rounds down, so without a fraction a second is added.
  var retryDelay: Double? {
    if let seconds = Self.seconds(in: message, after: "Please retry in ") { return seconds }
    let stated = details("RetryInfo").first?["retryDelay"]?.string
    guard let stated, stated.hasSuffix("s"), let seconds = Double(stated.dropLast()),
      seconds.isFinite, seconds >= 0
    else { return nil }
    return seconds + 1
  }

  /// The number of seconds (`12.5s`, `801.5ms`, `1m2s`, `1h2m3s`) that follows `marker`.
  static func seconds(in text: String, after marker: String) -> Double? {
    guard let start = text.firstRange(of: marker)?.upperBound else { return nil }
    var total = 0.0
    var rest = text[start...]
    var found = false
    while let digit = rest.utf8.first, (0x30...0x39).contains(digit) {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest[number.endIndex...]
      let unit = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest[unit.endIndex...]
      // "36s." ends a sentence; the point is not part of the number.
      guard let value = Double(number.hasSuffix(".") ? number.dropLast() : number),
        let scale = ["ms": 0.001, "s": 1, "m": 60, "h": 3600][String(unit)]
      else { return nil }
      total += value * scale
      found = true
    }
    return found && total.isFinite ? total : nil
  }
}

/// One quota that a 429 names.
struct QuotaViolation {
  /// Such as `GenerateRequestsPerDayPerProjectPerModel-FreeTier`.
  var id: String
  /// Such as `generativelanguage.googleapis.com/generate_content_free_tier_requests`.
  var metric: String
  /// The limit itself; the service may leave it out.
  var value: Int?

  var isPerDay: Bool { id.contains("PerDay") }
  var isPerMinute: Bool { id.contains("PerMinute") }
  var countsTokens: Bool { id.contains("Token") || metric.contains("token") }
}
