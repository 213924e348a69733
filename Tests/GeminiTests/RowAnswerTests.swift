import Foundation
import Shared
import Testing

@testable import vqa_gemini

/// From reply to row: the same for fresh and remembered replies.
struct RowAnswerTests {
  private func question(_ answer: String = "Yes") -> Question {
    Question(ticket: 0, question: [], answer: Array(answer.utf8), key: RequestKey(bytes: []))
  }

  private func body(_ text: String, finish: String = "STOP") -> [UInt8] {
    var body = Array(#"{"candidates":[{"content":{"parts":[{"text":"#.utf8)
    JSONText.appendQuoted(text, to: &body)
    body +=
      """
      }]},"finishReason":"\(finish)"}],"usageMetadata":{"promptTokenCount":7,
      "candidatesTokenCount":3,"thoughtsTokenCount":2,"totalTokenCount":12,"serviceTier":"FLEX"},
      "modelVersion":"m-1","responseId":"r"}
      """.utf8
    return body
  }

  private func members(
    _ body: [UInt8], _ item: Int? = nil, _ task: QuestionTask = .explain,
    check: AnswerCheck.Mode = .pattern
  ) throws -> [String: Any] {
    let policy = AnswerPolicy(task: task, check: check, model: "m")
    let text = try RowAnswer.members(
      for: question(), body: body, item: item, attempts: 2, policy: policy
    ).get()
    let object = try JSONSerialization.jsonObject(with: Data("{".utf8 + text + "}".utf8))
    return try #require(object as? [String: Any])
  }

  @Test func aReplyAloneIsARowsAnswer() throws {
    let row = try members(body(" Yes. Explanation: it shows.\n"))
    #expect(row["descriptive_answer"] as? String == "Yes. Explanation: it shows.")
    let gemini = try #require(row["gemini"] as? [String: Any])
    #expect(gemini["model_version"] as? String == "m-1" && gemini["attempts"] as? Int == 2)
    #expect(gemini["service_tier"] as? String == "flex" && gemini["questions"] == nil)
    #expect((gemini["usage"] as? [String: Int])?["thoughts"] == 2)
  }

  @Test func anItemIsARowsAnswer() throws {
    let list = #"[{"id":1,"explanation":"x"},{"id":2,"explanation":"Yes. Explanation: so."}]"#
    let row = try members(body(list), 1)
    #expect(row["descriptive_answer"] as? String == "Yes. Explanation: so.")
    #expect((row["gemini"] as? [String: Any])?["questions"] as? Int == 2)
    #expect(throws: Failure.self) { try members(body(list), 0) }
    #expect(throws: Failure.self) { try members(body(list), 2) }
    #expect(throws: Failure.self) { try members(body("no list"), 0) }
  }

  /// The same reply, judged by each rule.
  @Test func theCheckIsAppliedOnTheWayOut() throws {
    let reply = body("It is a yes.")
    #expect(throws: Failure.self) { try members(reply) }
    #expect(try members(reply, check: .mention)["descriptive_answer"] != nil)
    #expect(throws: Failure.self) { try members(body("It is."), check: .mention) }
    #expect(try members(body("It is."), check: .none)["descriptive_answer"] != nil)
    for damaged in [
      body("Yes", finish: "SAFETY"), Array("{".utf8), [], Array(#"{"error":{}}"#.utf8),
    ] {
      #expect(throws: Failure.self) { try members(damaged, check: .none) }
    }
  }

  @Test func whatTheModelWroteGoesWithTheFailure() {
    let policy = AnswerPolicy(model: "m")
    let result = RowAnswer.members(
      for: question(), body: body("No idea."), item: nil, attempts: 1, policy: policy)
    #expect(result.failure?.code == .wrongAnswer && result.failure?.text == "No idea.")
    let cut = RowAnswer.members(
      for: question(), body: body("Yes. Expl", finish: "MAX_TOKENS"), item: nil, attempts: 1,
      policy: policy)
    #expect(cut.failure?.code == .truncated && cut.failure?.text == "Yes. Expl")
  }

  @Test func aBlindAnswerIsComparedWithTheReference() throws {
    for (text, agrees) in [("yes", true), ("No", false), ("cannot tell", nil)] as [(String, Bool?)]
    {
      let row = try members(body(text), nil, .answer)
      let blind = try #require(row["blind_answer"] as? [String: Any])
      #expect(blind["text"] as? String == text && blind["model"] as? String == "m")
      #expect(blind["agrees"] as? Bool == agrees && blind["agrees"] != nil)
      #expect(row["descriptive_answer"] == nil && row["gemini"] == nil)
    }
  }

  /// What an old cache holds comes out as it went in.
  @Test(arguments: [1, 3]) func anOldAnswerIsTakenOver(questions: Int) throws {
    let answer = Answer(
      text: "Yes. Explanation: \"it\" shows.\u{1F600}", finishReason: "STOP", modelVersion: "m-1",
      responseID: nil, serviceTier: nil,
      usage: Usage(prompt: 1, output: 2, thoughts: 3, cached: 4, total: 10))
    let policy = AnswerPolicy(model: "m")
    let members = AnswerMembers.bytes(
      answer, to: question(), policy: policy, attempts: 2, questions: questions)
    let old = try #require(LegacyAnswer.reply(members: members))
    let again = RowAnswer.members(
      for: question(), body: old.body, item: old.item, attempts: old.attempts, policy: policy)
    #expect(try again.get() == members)
    for damaged in [[], Array(members.dropLast()), Array("\"descriptive_answer\":1".utf8)] {
      #expect(LegacyAnswer.reply(members: damaged) == nil)
    }
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let failure) = self { failure } else { nil }
  }
}
