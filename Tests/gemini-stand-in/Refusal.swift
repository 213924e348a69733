/// An answer that is an error: the envelope of google.rpc.Status as the API sends it.
struct Refusal: Error {
  var code: Int
  var status: String
  var message: String
  var details: [Value] = []

  var body: Value {
    var error: [(key: String, value: Value)] = [
      ("code", .int(code)), ("message", .string(message)), ("status", .string(status)),
    ]
    if !details.isEmpty { error.append(("details", .array(details))) }
    return .object([("error", .object(error))])
  }

  static func invalidArgument(_ message: String, details: [Value] = []) -> Refusal {
    Refusal(code: 400, status: "INVALID_ARGUMENT", message: message, details: details)
  }

  static func permissionDenied(_ message: String, details: [Value] = []) -> Refusal {
    Refusal(code: 403, status: "PERMISSION_DENIED", message: message, details: details)
  }

  static func notFound(_ message: String) -> Refusal {
    Refusal(code: 404, status: "NOT_FOUND", message: message)
  }

  static func exhausted(_ message: String, details: [Value] = []) -> Refusal {
    Refusal(code: 429, status: "RESOURCE_EXHAUSTED", message: message, details: details)
  }

  static func unavailable(_ message: String) -> Refusal {
    Refusal(code: 503, status: "UNAVAILABLE", message: message)
  }

  /// What the proto parser had against a request.
  static func badRequest(_ violations: [ProtoChecker.Violation]) -> Refusal {
    .invalidArgument(
      violations.map(\.description).joined(separator: "\n"),
      details: [
        [
          "@type": "type.googleapis.com/google.rpc.BadRequest",
          "fieldViolations": .array(
            violations.map { violation in
              violation.field.isEmpty
                ? ["description": .string(violation.description)]
                : [
                  "field": .string(violation.field),
                  "description": .string(violation.description),
                ]
            }),
        ]
      ])
  }

  static func syntax(_ error: JSONSyntaxError, in bytes: [UInt8]) -> Refusal {
    let start = max(0, error.offset - 20)
    let excerpt = bytes[min(start, bytes.count)..<min(bytes.count, error.offset + 20)]
      .map { $0 < 0x20 ? 0x20 : $0 }
    let caret = String(repeating: " ", count: min(error.offset, bytes.count) - start) + "^"
    return .invalidArgument(
      "Invalid JSON payload received. Expected \(error.expected).\n"
        + "\(String(decoding: excerpt, as: UTF8.self))\n\(caret)")
  }
}

/// The details of google/rpc/error_details.proto that the API attaches.
enum Detail {
  static func errorInfo(_ reason: String, _ metadata: Value = [:]) -> Value {
    [
      "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": .string(reason),
      "domain": "googleapis.com", "metadata": metadata,
    ]
  }

  static func localized(_ message: String) -> Value {
    [
      "@type": "type.googleapis.com/google.rpc.LocalizedMessage", "locale": "en-US",
      "message": .string(message),
    ]
  }

  static func debugInfo(_ detail: String) -> Value {
    ["@type": "type.googleapis.com/google.rpc.DebugInfo", "detail": .string(detail)]
  }

  static let help: Value = [
    "@type": "type.googleapis.com/google.rpc.Help",
    "links": [
      [
        "description": "Learn more about Gemini API quotas",
        "url": "https://ai.google.dev/gemini-api/docs/rate-limits",
      ]
    ],
  ]

  /// Whole seconds, rounded down: the message alone has the fraction.
  static func retry(after seconds: Double) -> Value {
    [
      "@type": "type.googleapis.com/google.rpc.RetryInfo",
      "retryDelay": .string("\(Int(max(0, seconds)))s"),
    ]
  }

  static func quotaFailure(_ violations: [Value]) -> Value {
    [
      "@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": .array(violations),
    ]
  }
}

extension Refusal {
  static func unknownModel(_ model: String, version: String) -> Refusal {
    .notFound(
      "models/\(model) is not found for API version \(version), or is not supported for "
        + "generateContent. Call ListModels to see the list of available models and their "
        + "supported methods.")
  }

  /// The stand-in's own complaint about a test.
  static func noSuchFault(_ text: String) -> Refusal {
    Refusal(code: 501, status: "UNIMPLEMENTED", message: "stand-in: no fault is called \(text)")
  }

  /// The older shape of a 429, with its numbers in an ErrorInfo.
  static let serviceControl = Refusal.exhausted(
    "Quota exceeded for quota metric 'Generate Content API requests per minute' and limit "
      + "'GenerateContent request limit per minute for a region' of service "
      + "'generativelanguage.googleapis.com' for consumer 'project_number:1234'.",
    details: [
      Detail.errorInfo(
        "RATE_LIMIT_EXCEEDED",
        [
          "service": "generativelanguage.googleapis.com", "consumer": "projects/1234",
          "quota_limit": "GenerateContentRequestsPerMinutePerProjectPerRegion",
          "quota_limit_value": "60", "quota_location": "us-east1",
          "quota_metric": "generativelanguage.googleapis.com/generate_content_requests",
        ])
    ])
}

extension Reply {
  /// A page of the HTTP front end.
  static func page(_ status: Int, _ text: String) -> Reply {
    Reply(
      status: status, contentType: "text/html; charset=UTF-8",
      body: Array(
        """
        <!DOCTYPE html>
        <html lang=en>
          <meta charset=utf-8>
          <title>\(text)</title>
          <p>\(text)</p>
        </html>

        """.utf8))
  }
}
