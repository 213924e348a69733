import Shared

/// Sorts what the service sends into what it means. Pure: the status and the
/// body decide, nothing else.
enum ReplyReader {
  /// - Parameters:
  ///   - status: the HTTP status.
  ///   - body: the whole body.
  /// - Returns: also the tokens that the service has counted, if it said so.
  static func read(status: Int, body: [UInt8]) -> (verdict: Verdict, usage: Usage?) {
    let parsed: JSONValue? = try? JSONValue(parsing: body)
    // An answer that is of no use has been paid all the same.
    let reply = parsed?.object
    let usage = status == 200 ? reply?["usageMetadata"]?.object.map(Usage.init) : nil
    if let envelope = parsed.flatMap(ErrorEnvelope.init(body:)) {
      // An error may come with HTTP 200; its own code is then the status.
      let code = status == 200 ? envelope.code : status
      return (RefusalReader.verdict(status: code, envelope), usage)
    }
    guard status == 200 else { return (RefusalReader.verdict(status: status, bare: body), usage) }
    guard let reply else {
      let said = "the response is not the API's JSON: \(beginning(of: body))"
      return (.again(Trouble(.transient, .badResponse, said)), usage)
    }
    return (verdict(reply, usage ?? Usage()), usage)
  }

  private static func verdict(_ reply: JSONObject, _ usage: Usage) -> Verdict {
    guard let candidate = reply["candidates"]?.elements?.first?.object else {
      if let reason = reply["promptFeedback"]?["blockReason"]?.string {
        return .failed(Trouble(.blocked, "the service blocked the request: \(reason)"))
      }
      return .again(Trouble(.empty, "the response has no candidates"))
    }
    let reason = candidate["finishReason"]?.string ?? "none"
    switch reason {
    case "STOP":
      let text = joinedText(candidate)
      guard text.utf8.contains(where: { $0 > 0x20 }) else {
        return .again(Trouble(.empty, "the model finished without any text"))
      }
      return .text(
        Answer(
          text: text, finishReason: reason, modelVersion: reply["modelVersion"]?.string,
          responseID: reply["responseId"]?.string, usage: usage))
    case "MAX_TOKENS":
      return .failed(
        Trouble(
          .truncated,
          "cut at the output limit (\(usage.thoughts) tokens of thoughts, which count, and "
            + "\(usage.output) of text); raise --max-output-tokens or lower --thinking"))
    case "SAFETY", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY",
      "IMAGE_PROHIBITED_CONTENT", "LANGUAGE":
      return .failed(
        Trouble(.blocked, "the service blocked the answer: \(explained(reason, candidate))"))
    case "RECITATION", "IMAGE_RECITATION":
      return .again(
        Trouble(.recitation, "the answer was withheld: \(explained(reason, candidate))"))
    case "PUP_LIMITED_DISABLED":
      return .keyRejected("the account is limited for breaches of policy (\(reason))")
    default:
      return .again(
        Trouble(.unfinished, "the model did not finish: \(explained(reason, candidate))"))
    }
  }

  /// The text of all parts but thoughts.
  private static func joinedText(_ candidate: JSONObject) -> String {
    (candidate["content"]?["parts"]?.elements ?? [])
      .filter { $0["thought"]?.text.elementsEqual("true".utf8) != true }
      .compactMap { $0["text"]?.string }.joined()
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

extension Usage {
  /// Reads `usageMetadata`; what is absent is 0.
  init(_ metadata: JSONObject) {
    func count(_ name: String) -> Int { max(0, metadata[name]?.integer ?? 0) }
    prompt = count("promptTokenCount")
    output = count("candidatesTokenCount")
    thoughts = count("thoughtsTokenCount")
    cached = count("cachedContentTokenCount")
    total = count("totalTokenCount")
  }
}
