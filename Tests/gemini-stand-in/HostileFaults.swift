/// Faults of services, proxies and models that were met after the tables of
/// FaultTables were written: numbers that no program expects, keys that are
/// quoted, answers that are none, and lists in odd forms.
enum HostileFaults {
  static let refusals: [String: @Sendable (Fault.Context) -> Refusal] = [
    "spending-cap": { _ in .exhausted("Your project has exceeded its monthly spending cap.") },
    "image-modality": { context in
      .invalidArgument("Image input modality is not enabled for models/\(context.model)")
    },
    "holds-words": { _ in
      .invalidArgument("The model met a schema, a seed and an api key in this request.")
    },
    "absurd-retry": { _ in
      .exhausted("You exceeded your current quota.\nPlease retry in 99999999999999999999s.")
    },
    "absurd-quota": { _ in
      .exhausted(
        "You exceeded your current quota.",
        details: [
          Detail.quotaFailure([
            [
              "quotaMetric": "generativelanguage.googleapis.com/requests",
              "quotaId": "GenerateRequestsPerMinutePerProjectPerModel",
              "quotaValue": "99999999999999999999",
            ]
          ]), Detail.retry(after: 0),
        ])
    },
  ]

  static let answers: [String: @Sendable (inout Answer) -> Void] = [
    // No answers
    "loop": { $0.explain(String(repeating: "so it is as it is, ", count: 4000)) },
    "marker-loop": { $0.setText(String(repeating: "Explanation: ", count: 20_000)) },
    "placeholder": { $0.explain("<explanation>") },
    "placeholder-answer": { answer in
      let (reference, explanation) = answer.halves
      answer.setText("<\(reference)>. Explanation: \(explanation)")
    },
    "one-mark": { $0.explain(".") },
    // A code fence around an answer spoils it; around a list it does not.
    "code-fence": { $0.setText("```\n\($0.text)\n```") },
    // Good answers in odd forms
    "full-width": { answer in
      let (reference, explanation) = answer.halves
      answer.setText("\(reference)。Explanation：\(explanation)")
    },
    "typographic": { answer in
      let (reference, explanation) = answer.halves
      let twin = reference.replacing("'", with: "’").replacing("-", with: "\u{2011}")
        .replacing(" ", with: "\u{A0}")
      answer.setText("\(twin). Explanation: \(explanation)")
    },
    "preamble": { $0.setText("Here are the answers [as asked]:\n\n\($0.text)") },
    "wrapped": { $0.setText("{\"answers\":\($0.text)}") },
    "ids-as-strings": { answer in
      answer.setText(answer.renumbered { "\"\($0)\"" })
    },
    "ids-from-zero": { answer in answer.setText(answer.renumbered { String($0 - 1) }) },
  ]

  static let replies: [String: @Sendable (Fault.Context, inout Reply) -> Void] = [
    "throttled-inside": { _, reply in
      reply = Reply(
        Refusal.exhausted("Resource has been exhausted (e.g. check quota).").body, status: 200)
    },
    "retry-after": { _, reply in
      reply = Reply(Refusal.exhausted("Resource has been exhausted (e.g. check quota)."))
      reply.headers = [("Retry-After", "1")]
    },
    "absurd-tokens": { _, reply in
      let text = String(decoding: reply.body, as: UTF8.self)
      reply.body = Array(
        text.replacing("TokenCount\": ", with: "TokenCount\": 9000000000000000").utf8)
    },
    // A proxy's page that quotes the request, cut by whoever shows it.
    "echo-header": { context, reply in
      reply = .page(502, "Bad Gateway")
      reply.body = Array("<pre>POST / HTTP/1.1\nx-goog-api-key: \(context.key)\n</pre>".utf8)
    },
    "echo-cut": { context, reply in
      reply = .page(502, "Bad Gateway")
      reply.body = Array("cannot reach: key \(context.key.dropLast(6))".utf8)
    },
    "key-in-answer": { context, reply in reply.mention(context.key) },
    "key-with-accents": { context, reply in
      reply.mention(context.key.map { "\($0)\u{301}" }.joined())
    },
    "key-escaped": { context, reply in
      reply.mention(context.key.utf16.map { "\\u00" + String($0, radix: 16) }.joined())
    },
  ]

  /// Those after which a client holds a good answer.
  static let harmless: Set<String> = [
    "full-width", "typographic", "preamble", "wrapped", "ids-as-strings", "absurd-tokens",
    "key-in-answer", "key-with-accents", "key-escaped",
  ]
}

extension Answer {
  /// Reference answer and explanation.
  fileprivate var halves: (String, String) {
    guard let range = text.firstRange(of: ". Explanation: ") else { return (text, "") }
    return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
  }

  fileprivate mutating func explain(_ explanation: String) {
    setText("\(halves.0). Explanation: \(explanation)")
  }

  /// The text with the number after each `"id":` replaced.
  fileprivate func renumbered(_ spelling: (Int) -> String) -> String {
    var pieces = text.split(separator: "\"id\":", omittingEmptySubsequences: false)
      .map(String.init)
    for index in pieces.indices.dropFirst() {
      let digits = pieces[index].prefix { $0.isNumber }
      guard let number = Int(digits) else { continue }
      pieces[index] = spelling(number) + pieces[index].dropFirst(digits.count)
    }
    return pieces.joined(separator: "\"id\":")
  }
}

extension Reply {
  /// Puts a key into the answer's text, the model's version and the reply's id.
  fileprivate mutating func mention(_ key: String) {
    var text = String(decoding: body, as: UTF8.self)
    for mark in ["Explanation: ", "\"modelVersion\": \"", "\"responseId\": \""] {
      text = text.replacing(mark, with: "\(mark)\(key) ")
    }
    body = Array(text.utf8)
  }
}
