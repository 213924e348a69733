/// The faults by name: gemini-api.md's tables as code.
enum FaultTables {
  static let refusals: [String: @Sendable (Fault.Context) -> Refusal] = [
    // 400
    "bad-argument": { _ in .invalidArgument("Request contains an invalid argument.") },
    "bad-image": { _ in .invalidArgument(Prompt.unreadableImage) },
    "invalid-image": { _ in .invalidArgument("Provided image is not valid.") },
    "over-context": { _ in
      .invalidArgument(
        "The input token count (1230000) exceeds the maximum number of tokens allowed (1048576).")
    },
    "too-large-400": { _ in
      .invalidArgument("Request payload size exceeds the limit: 20971520 bytes.")
    },
    "unknown-field": { _ in
      .badRequest([
        ProtoChecker.Violation(
          field: "generation_config",
          description: "Invalid JSON payload received. Unknown name \"x\" at 'generation_config': "
            + "Cannot find field.")
      ])
    },
    "thinking": { _ in .invalidArgument("Thinking level is not supported for this model.") },
    "region": { _ in
      Refusal(
        code: 400, status: "FAILED_PRECONDITION",
        message: "User location is not supported for the API use.")
    },
    "key-invalid": { _ in Credentials.invalid },
    "key-expired": { _ in Credentials.expired },
    "key-not-found": { context in Credentials.notFound(quoting: context.key) },
    "quotes-key": { context in
      .invalidArgument("API key \(context.key) cannot be used with this request.")
    },
    // 401, 402, 403
    "bad-token": { _ in Credentials.badToken },
    "prepaid": { _ in Credentials.prepaid },
    "key-leaked": { _ in Credentials.leaked },
    "disabled": { _ in Credentials.disabled },
    "suspended": { _ in Credentials.suspended },
    "key-blocked": { _ in Credentials.blocked },
    "unregistered": { _ in Credentials.unregistered },
    "file-denied": { _ in
      .permissionDenied(
        "You do not have permission to access the File abc123 or it may not exist.")
    },
    // 404
    "model-unknown": { context in .unknownModel(context.model, version: context.version) },
    "model-closed": { context in
      .notFound("This model models/\(context.model) is no longer available to new users.")
    },
    // 408, 413, 499, 504
    "timeout": { _ in
      Refusal(code: 408, status: "DEADLINE_EXCEEDED", message: "The request timed out.")
    },
    "too-large": { _ in
      Refusal(code: 413, status: "INVALID_ARGUMENT", message: "Request entity is too large.")
    },
    "cancelled": { _ in
      Refusal(code: 499, status: "CANCELLED", message: "The operation was cancelled.")
    },
    "deadline": { _ in
      Refusal(
        code: 504, status: "DEADLINE_EXCEEDED",
        message: "The request timed out. Please try again.")
    },
    // 429
    "rpm": { $0.rpm },
    "rpm-short": { quota($0, (.requestsPerMinute, 60, 1.539477544)) },
    // The shapes that a client must also be able to read.
    "rpm-no-value": { $0.rpm.without("quotaValue") },
    "rpm-no-retry": { context in
      var refusal = context.rpm
      refusal.details.removeLast()
      refusal.message =
        "You exceeded your current quota, please check your plan and billing details."
      return refusal
    },
    "rpm-fraction": { context in
      var refusal = context.rpm
      refusal.details.removeLast()
      refusal.details.append([
        "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.539477544s",
      ])
      return refusal
    },
    "rpm-family": { context in
      quota(context, (.requestsPerMinute, 60, 1.5), named: "gemini-flash-family")
    },
    "tpm": { quota($0, (.tokensPerMinute, 250_000, 12.25)) },
    "rpd": { quota($0, (.requestsPerDay, 20, 5.837906927)) },
    "rpm-and-rpd": {
      quota($0, (.requestsPerMinute, 60, 36.4), (.requestsPerDay, 20, 36.4))
    },
    "limit-zero": { quota($0, (.requestsPerDay, 0, 36.4), (.requestsPerMinute, 0, 36.4)) },
    "help-only": { _ in
      .exhausted(
        "You exceeded your current quota, please check your plan and billing details.",
        details: [Detail.help])
    },
    "exhausted": { _ in .exhausted("Resource has been exhausted (e.g. check quota).") },
    "depleted": { _ in Credentials.depleted },
    "service-control": { _ in .serviceControl },
    // 500, 503
    "internal": { _ in
      Refusal(
        code: 500, status: "INTERNAL",
        message: "An internal error has occurred. Please retry or report in "
          + "https://developers.generativeai.google/guide/troubleshooting")
    },
    "high-demand": { _ in
      .unavailable(
        "This model is currently experiencing high demand. Spikes in demand are usually temporary. "
          + "Please try again later.")
    },
    "overloaded": { _ in .unavailable("The model is overloaded. Please try again later.") },
  ]

  static let answers: [String: @Sendable (inout Answer) -> Void] = [
    "blocked": { $0.blockReason = "PROHIBITED_CONTENT" },
    "max-tokens-empty": { answer in
      answer.finishReason = "MAX_TOKENS"
      answer.parts = []
      answer.candidateTokens = 0
      answer.thoughtTokens = 478
    },
    "max-tokens-cut": { answer in
      let text = answer.text
      answer.setText(String(text.prefix(text.count * 2 / 3)))
      answer.finishReason = "MAX_TOKENS"
    },
    "stop-empty": { answer in
      answer.parts = []
      answer.candidateTokens = 0
    },
    "stop-no-content": { $0.finish("STOP") },
    "stop-blank": { $0.setText("  \n") },
    "no-candidates": { $0.hasCandidates = false },
    "thought-parts": { answer in
      answer.parts.insert(["text": "Wrong. Explanation: a thought.", "thought": true], at: 0)
    },
    "only-thoughts": { answer in
      answer.parts = [["text": "Wrong. Explanation: a thought.", "thought": true]]
    },
    "several-parts": { answer in
      let text = answer.text
      let middle = text.index(text.startIndex, offsetBy: text.count / 2)
      answer.parts = [
        ["text": .string(String(text[..<middle]))], ["text": .string(String(text[middle...]))],
      ]
    },
    "wrong-pattern": { $0.setText("I see a picture, and the answer follows from what it shows.") },
    "no-reference": { $0.setText("Quite another thing. Explanation: because of the picture.") },
    "markdown": { $0.setText("**\($0.text)**") },
    "other-model": { $0.modelVersion = "gemini-3.9-flash-rerouted" },
    "new-fields": { answer in
      answer.extra = [("newTopLevel", ["nested": [1, "two", .null]]), ("modelStatus", ["x": 1])]
    },
    "half-json": { $0.setText("[{\"id\": \"train/0\", \"explanation\": \"Beca") },
  ]

  static let replies: [String: @Sendable (inout Reply) -> Void] = [
    "bad-gateway": { $0 = .page(502, "502. That’s an error.") },
    "bad-gateway-json": {
      $0 = Reply(Refusal(code: 502, status: "UNAVAILABLE", message: "Bad Gateway"))
    },
    "html-200": { $0 = .page(200, "Sign in to continue") },
    "html-503": { $0 = .page(503, "503. That’s an error.") },
    "error-in-array": {
      $0 = Reply(
        .array([Refusal.unavailable("The model is overloaded. Please try again later.").body]),
        status: 503)
    },
    "error-without-body": { $0 = Reply(status: 500, body: []) },
    "not-json": { $0.body = Array("{\"candidates\": [ oops".utf8) },
    "json-array": { $0.body = Array("[]".utf8) },
    "json-null": { $0.body = Array("null\n".utf8) },
    "cut-json": { $0.body.removeLast($0.body.count / 2) },
    "not-utf8": { reply in
      // The middle of the explanation's text.
      if let hit = reply.body.firstOffset(of: UInt8(ascii: "E"), from: 0) { reply.body[hit] = 0xFF }
    },
    "empty": { $0.body = [] },
    "redirect": { $0 = .page(302, "Moved") },
    "chunked": { $0.delivery = .chunked },
    "gzip": { $0.delivery = .compressed },
    "bad-gzip": { $0.delivery = .brokenCompression },
    "then-close": { $0.delivery = .thenClose(announced: true) },
    "then-drop": { $0.delivery = .thenClose(announced: false) },
    "close": { $0.delivery = .close },
    "reset": { $0.delivery = .reset },
    "reset-in-body": { $0.delivery = .resetInBody },
    "cut-length": { $0.delivery = .cutLength },
    "cut-chunks": { $0.delivery = .cutChunks },
    "stall": { $0.delivery = .stall },
    "stall-in-body": { $0.delivery = .stallInBody },
    "not-http": { $0.delivery = .notHTTP },
  ]

  /// The faults after which a client holds a good answer: asking for it again
  /// is paying twice.
  static let harmless: Set<String> = HostileFaults.harmless.union([
    "delay", "drip", "chunked", "gzip", "then-close", "then-drop", "thought-parts",
    "several-parts", "other-model", "new-fields",
  ])

  fileprivate static func quota(
    _ context: Fault.Context, _ excesses: (Quota.Excess.Kind, limit: Int, wait: Double)...,
    named model: String? = nil
  ) -> Refusal {
    .quota(
      excesses.map { Quota.Excess(kind: $0.0, limit: $0.limit, wait: $0.wait) },
      model: model ?? context.model, freeTier: context.freeTier, helpFirst: excesses.count == 1)
  }
}

extension Fault.Context {
  /// The ordinary refusal of the 61st request of a minute.
  fileprivate var rpm: Refusal {
    FaultTables.quota(self, (.requestsPerMinute, 60, 36.429760048))
  }
}

extension Refusal {
  /// Without a member of every quota violation.
  fileprivate func without(_ name: String) -> Refusal {
    var refusal = self
    refusal.details = details.map { detail in
      guard let violations = detail["violations"]?.array else { return detail }
      return Detail.quotaFailure(
        violations.map { .object($0.members.filter { $0.key != name }) })
    }
    return refusal
  }
}
