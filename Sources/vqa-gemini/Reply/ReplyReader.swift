import Shared

/// Classifies what the service sends. Pure: status, headers and body decide,
/// nothing else.
enum ReplyReader {
  /// - Parameters:
  ///   - status: the HTTP status.
  ///   - headers: those that say when to come back.
  ///   - body: the whole body, redacted.
  /// - Returns: also the tokens that the service has counted, if it said so.
  ///   Messages are one line of up to `Failure.maximumMessageLength` characters.
  static func read(
    status: Int, headers: ReplyHeaders = ReplyHeaders(), body: [UInt8]
  ) -> (verdict: Verdict, usage: Usage?) {
    let (verdict, usage) = classify(status: status, headers: headers, body: body)
    return (verdict.withShortMessage, usage)
  }

  private static func classify(
    status: Int, headers: ReplyHeaders, body: [UInt8]
  ) -> (verdict: Verdict, usage: Usage?) {
    let parsed: JSONValue? = try? JSONValue(parsing: body)
    // An answer that is of no use has been paid all the same.
    let reply = parsed?.object
    let usage = status == 200 ? reply?["usageMetadata"]?.object.map(Usage.init) : nil
    if let envelope = parsed.flatMap(ErrorEnvelope.init(body:)) {
      // An error may come with HTTP 200; its own code is then the status.
      let code = status == 200 ? envelope.code : status
      return (RefusalReader.verdict(status: code, envelope, headers), usage)
    }
    guard status == 200 else {
      return (RefusalReader.verdict(status: status, bare: body, headers), usage)
    }
    guard let reply else {
      let message = "the response is not the API's JSON: \(beginning(of: body))"
      return (.retry(Failure(.transient, .badResponse, message)), usage)
    }
    return (verdict(reply, usage ?? Usage()), usage)
  }

  private static func verdict(_ reply: JSONObject, _ usage: Usage) -> Verdict {
    guard let candidate = reply["candidates"]?.elements?.first?.object else {
      if let reason = reply["promptFeedback"]?["blockReason"]?.string {
        return .failed(Failure(.blocked, "the service blocked the request: \(reason)"))
      }
      return .retry(Failure(.empty, "the response has no candidates"))
    }
    let reason = candidate["finishReason"]?.string ?? "none"
    let text = joinedText(candidate)
    switch reason.uppercased() {
    case "STOP":
      guard text.utf8.contains(where: { $0 > 0x20 }) else {
        return .retry(Failure(.empty, "the model finished without any text"))
      }
      return .text(
        Answer(
          text: text, finishReason: reason, modelVersion: reply["modelVersion"]?.string,
          responseID: reply["responseId"]?.string, serviceTier: tier(reply), usage: usage))
    case "MAX_TOKENS":
      return .failed(
        Failure(
          .truncated,
          "cut at the output limit (\(usage.thoughts) tokens of thoughts, which count, and "
            + "\(usage.output) of text); raise --max-output-tokens or lower --thinking",
          text: text.isEmpty ? nil : text))
    case "SAFETY", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY",
      "IMAGE_PROHIBITED_CONTENT", "LANGUAGE":
      return .failed(
        Failure(.blocked, "the service blocked the answer: \(explained(reason, candidate))"))
    case "RECITATION", "IMAGE_RECITATION":
      return .retry(
        Failure(.recitation, "the answer was withheld: \(explained(reason, candidate))"))
    case "PUP_LIMITED_DISABLED":
      return .projectRejected("the account is limited for breaches of policy (\(reason))")
    default:
      return .retry(
        Failure(.unfinished, "the model did not finish: \(explained(reason, candidate))"))
    }
  }

  /// The text of all parts but thoughts.
  private static func joinedText(_ candidate: JSONObject) -> String {
    (candidate["content"]?["parts"]?.elements ?? [])
      .filter { $0["thought"]?.text.elementsEqual("true".utf8) != true }
      .compactMap { $0["text"]?.string }.joined()
  }

  /// `flex` for `SERVICE_TIER_FLEX` and for `FLEX`.
  private static func tier(_ reply: JSONObject) -> String? {
    guard let name = reply["usageMetadata"]?["serviceTier"]?.string?.lowercased() else {
      return nil
    }
    let prefix = "service_tier_"
    let tier = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    return tier == "unspecified" ? nil : tier
  }

  private static func explained(_ reason: String, _ candidate: JSONObject) -> String {
    guard let message = candidate["finishMessage"]?.string, !message.isEmpty else { return reason }
    return "\(reason), \(message)"
  }

  /// The first words of a body that should have been JSON.
  static func beginning(of body: [UInt8]) -> String {
    body.isEmpty ? "it is empty" : "\"\(String(decoding: body.prefix(60), as: UTF8.self))\""
  }
}
