import Testing

@testable import vqa_gemini

/// From a response to what the engine decides by.
struct ReplyJudgeTests {
  private func judge(
    tier: ModelSettings.ServiceTier? = nil, thoughtCap: Int? = nil
  ) -> ReplyJudge {
    ReplyJudge(
      policy: AnswerPolicy(model: "gemini-3.8-flash"), price: Budget.Price(input: 1, output: 10),
      tier: tier, redactor: Redactor([]), thoughtCap: thoughtCap)
  }

  private func ask(_ count: Int = 1) -> Ask {
    let questions = (0..<count).map {
      Question(
        ticket: $0, question: Array("q\($0)".utf8), answer: Array("yes".utf8),
        key: RequestKey(bytes: [UInt8($0)]))
    }
    return Ask(
      picture: EngineHarness.picture(1), pictureSize: nil, questions: questions, tokens: 1000)
  }

  private func reply(_ text: String, tier: String? = nil) -> [UInt8] {
    let served = tier.map { ",\"serviceTier\":\"\($0)\"" } ?? ""
    return Array(
      """
      {"candidates":[{"content":{"parts":[{"text":"\(text)"}]},"finishReason":"STOP"}],\
      "usageMetadata":{"promptTokenCount":1000,"candidatesTokenCount":100\(served)}}
      """.utf8)
  }

  /// The tier that served is the one that is paid.
  @Test(
    arguments: [
      (nil, nil, 2000.0), (nil, "SERVICE_TIER_FLEX", 1000), (.flex, nil, 1000),
      (.flex, "SERVICE_TIER_STANDARD", 2000), (.standard, "SERVICE_TIER_STANDARD", 2000),
    ] as [(ModelSettings.ServiceTier?, String?, Double)])
  func theTierThatServedIsPaid(
    asked: ModelSettings.ServiceTier?, served: String?, millionths: Double
  ) {
    let body = reply("Yes. Explanation: it shows.", tier: served)
    let verdict = judge(tier: asked).judge(status: 200, body: body, to: ask())
    #expect(abs(verdict.spending.cost * 1e6 - millionths) < 1e-6)
    #expect(verdict.spending.wasServed && verdict.reply != nil)
  }

  /// A reply is remembered also if it does not pass the check.
  @Test func aWrongAnswerIsRememberedAndRejected() {
    let verdict = judge().judge(status: 200, body: reply("No."), to: ask())
    guard case .replied(let judgements) = verdict.outcome, case .rejected(let fault) = judgements[0]
    else {
      Issue.record("\(verdict.outcome)")
      return
    }
    #expect(fault.code == .wrongAnswer && fault.text == "No.")
    #expect(verdict.reply?.1.count == 1)
  }

  /// Only where thoughts have used up the tokens that the default cap has for
  /// them.
  @Test(
    arguments: [(nil, 9000, false), (2048, 2047, false), (2048, 2048, true)] as [(Int?, Int, Bool)])
  func aCapThatThoughtsUseUpMayBeRaised(cap: Int?, thoughts: Int, isRaised: Bool) {
    let body = Array(
      """
      {"candidates":[{"content":{"parts":[{"text":"Yes. Expl"}]},"finishReason":"MAX_TOKENS"}],\
      "usageMetadata":{"promptTokenCount":1000,"thoughtsTokenCount":\(thoughts)}}
      """.utf8)
    let verdict = judge(thoughtCap: cap).judge(status: 200, body: body, to: ask())
    switch verdict.outcome {
    case .cut: #expect(isRaised)
    case .failed(let fault): #expect(!isRaised && fault.code == .truncated)
    default: Issue.record("\(verdict.outcome)")
    }
  }

  @Test func aListWithOtherIDsIsDiscredited() {
    let list = #"[{\"id\":0,\"explanation\":\"yes\"},{\"id\":1,\"explanation\":\"yes\"}]"#
    let verdict = judge().judge(status: 200, body: reply(list), to: ask(2))
    guard case .discredited = verdict.outcome else {
      Issue.record("\(verdict.outcome)")
      return
    }
    #expect(verdict.reply == nil && verdict.spending.wasServed)
  }

  @Test(arguments: [200, 500]) func anInternalErrorIsOneWhateverItsStatus(status: Int) {
    let body = Array(#"{"error":{"code":500,"message":"m","status":"INTERNAL"}}"#.utf8)
    let verdict = judge().judge(status: status, body: body, to: ask())
    guard case .internalError = verdict.outcome else {
      Issue.record("\(verdict.outcome)")
      return
    }
    #expect(!verdict.spending.wasServed)
  }

  @Test func a429InsideA200IsOne() {
    let body = Array(#"{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED"}}"#.utf8)
    let verdict = judge().judge(status: 200, body: body, to: ask())
    #expect(verdict.throttle != nil && !verdict.spending.wasServed)
  }
}
