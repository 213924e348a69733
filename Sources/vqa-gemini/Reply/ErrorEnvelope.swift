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
    message = error["message"]?.string ?? ""
    // Some gateways write the status's name in place of its number.
    status = error["status"]?.string ?? error["code"]?.string ?? ""
    code = Self.httpStatus(error["code"]?.count(upTo: 999), status)
    details = error["details"]?.elements ?? []
  }

  /// `google.rpc.Code` in the order of its numbers from 1, and the HTTP status
  /// of each (https://github.com/googleapis/googleapis, google/rpc/code.proto).
  private static let codes: [(name: String, status: Int)] = [
    ("CANCELLED", 499), ("UNKNOWN", 500), ("INVALID_ARGUMENT", 400), ("DEADLINE_EXCEEDED", 504),
    ("NOT_FOUND", 404), ("ALREADY_EXISTS", 409), ("PERMISSION_DENIED", 403),
    ("RESOURCE_EXHAUSTED", 429), ("FAILED_PRECONDITION", 400), ("ABORTED", 409),
    ("OUT_OF_RANGE", 400), ("UNIMPLEMENTED", 501), ("INTERNAL", 500), ("UNAVAILABLE", 503),
    ("DATA_LOSS", 500), ("UNAUTHENTICATED", 401),
  ]

  /// - Parameter code: an HTTP status, or, in lines of a batch, the number of a
  ///   `google.rpc.Code`.
  private static func httpStatus(_ code: Int?, _ name: String) -> Int {
    if let code, code > codes.count { return code }
    if let code, code > 0 { return codes[code - 1].status }
    return codes.first { $0.name == name.uppercased() }?.status ?? 0
  }

  /// The details of one kind; their order in the body varies.
  private func details(_ type: String) -> [JSONValue] {
    details.filter { $0["@type"]?.string == "type.googleapis.com/google.rpc.\(type)" }
  }

  /// Machine-readable reasons such as `API_KEY_INVALID`.
  var reasons: [String] { details("ErrorInfo").compactMap { $0["reason"]?.string } }

  /// The paths of the fields that were refused, such as
  /// `contents[0].parts[0].inline_data.data`, and what was wrong with them.
  var fieldViolations: [(field: String, description: String)] {
    details("BadRequest").flatMap { $0["fieldViolations"]?.elements ?? [] }
      .map { ($0["field"]?.string ?? "", $0["description"]?.string ?? "") }
  }

  /// Which quotas were used up: those of `QuotaFailure`, or of the older
  /// service-control form, in the metadata of an `ErrorInfo`.
  var quotaViolations: [QuotaViolation] {
    let named = details("QuotaFailure").flatMap { $0["violations"]?.elements ?? [] }.map {
      QuotaViolation(
        id: $0["quotaId"]?.string ?? "", metric: $0["quotaMetric"]?.string ?? "",
        value: $0["quotaValue"].flatMap(Self.quota))
    }
    guard named.isEmpty else { return named }
    return details("ErrorInfo").compactMap { $0["metadata"]?.object }.compactMap {
      guard let id = $0["quota_limit"]?.string else { return nil }
      return QuotaViolation(
        id: id, metric: $0["quota_metric"]?.string ?? "",
        value: $0["quota_limit_value"].flatMap(Self.quota))
    }
  }

  /// 0 is a quota of its own kind, so a fraction below 1 is not taken for it.
  private static func quota(_ value: JSONValue) -> Int? {
    guard let number = value.number, number == 0 || number >= 1 else { return nil }
    return value.count(upTo: Bounds.quota)
  }

  /// Seconds to wait, at most `Bounds.delay`; nil if the body does not say.
  ///
  /// The message has the fraction ("Please retry in 36.429760048s."), RetryInfo
  /// rounds down, so without a fraction a second is added.
  var retryDelay: Double? {
    if let seconds = Self.seconds(in: message, after: "retry in ") { return seconds }
    let stated = details("RetryInfo").first?["retryDelay"]?.string
    guard let stated, stated.hasSuffix("s"), let seconds = Double(stated.dropLast()),
      seconds.isFinite
    else { return nil }
    return Bounds.delay(seconds).map { $0 + 1 }
  }

  /// The time (`12.5s`, `801.5ms`, `1m2s`, `1h2m3s`) that follows `marker`, in
  /// seconds, at most `Bounds.delay`.
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
        let scale = ["ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400][String(unit)]
      else { return nil }
      total += value * scale
      found = true
    }
    return found ? Bounds.delay(total) : nil
  }
}
