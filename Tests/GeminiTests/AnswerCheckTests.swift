import Testing

@testable import vqa_gemini

struct AnswerCheckTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let reference: String
    let isGood: Bool
    var testDescription: String { "\(reference) | \(text)" }

    init(_ reference: String, _ text: String, _ isGood: Bool) {
      (self.reference, self.text, self.isGood) = (reference, text, isGood)
    }
  }

  static let cases = [
    Case("yes", "yes. Explanation: it shows.", true),
    Case("yes", "Yes. Explanation: it shows.", true),
    Case("Yes", "yes, explanation: it shows.", true),
    Case("yes", "**Yes.** **Explanation:** it shows.", false),
    Case("yes", "**Yes. Explanation: it shows.**", false),
    Case("yes", "\"Yes\". Explanation:\nit shows.", true),
    Case("yes", " yes .\n\nExplanation: it shows.", true),
    Case("right  lung", "Right lung. Explanation: it shows.", true),
    Case("5.6 cm.", "5.6 cm. Explanation: it shows.", true),
    Case("École", "ÉCOLE. Explanation: it shows.", true),
    Case("no explanation: none", "No explanation: none. Explanation: it shows.", true),
    Case("<yes>", "<Yes>. Explanation: it shows.", true),
    Case("yes", "No. Explanation: it shows.", false),
    Case("yes", "Yes, it does. Explanation: it shows.", false),
    Case("yes", "Yes. It shows.", false),
    Case("yes", "Yes. Explanation:", false),
    Case("yes", "Yes. Explanation:  \n", false),
    Case("yes", "Explanation: yes.", false),
    Case("yes", "Sure! Yes. Explanation: it shows.", false),
    Case("yes", "", false),
    Case("no", "nope. Explanation: it shows.", false),
    // Typographic forms of the same.
    Case("On the patient's left", "On the patient’s left. Explanation: it shows.", true),
    Case("On the patient’s left", "On the patient's left. Explanation: it shows.", true),
    Case("T2-weighted", "T2\u{2011}weighted. Explanation: it shows.", true),
    Case("3-4", "3–4. Explanation: it shows.", true),
    Case("5 µm", "5\u{A0}\u{3BC}m. Explanation: it shows.", true),
    Case("5 \u{3BC}m", "5 \u{B5}m. Explanation: it shows.", true),
    Case("肺", "肺。Explanation：看得见它。", true),
    Case("yes", "Ｙｅｓ． Ｅｘｐｌａｎａｔｉｏｎ： it shows.", true),
    Case("café", "cafe\u{301}. Explanation: it shows.", true),
    Case("cafe\u{301}", "CAFÉ. Explanation: it shows.", true),
    Case("cm2", "cm². Explanation: it shows.", true),
    Case("\"so\"", "“so”. Explanation: it shows.", true),
    Case("T1...", "T1… Explanation: it shows.", true),
    Case("yes", "Ye\u{200B}s. Explanation : it shows.", true),
    Case("5", "5. Explanation: it shows.", true),
    Case("true", "True. Explanation: it shows.", true),
    Case("<5 mm", "<5 mm. Explanation: it shows.", true),
    Case("yes", "Yes. Explanation: a ratio < 1 shows it, > 2 would not.", true),
    // What was stored though it is no answer.
    Case("yes", "```\nYes. Explanation: it shows.\n```", false),
    Case("yes", "Yes. Explanation: it shows.\n```", false),
    Case("yes", "`Yes`. Explanation: it shows.", false),
    Case("yes", "<Yes>. Explanation: it shows.", false),
    Case("yes", "Yes. Explanation: <explanation>", false),
    Case("yes", "yes. Explanation: <Explanation>.", false),
    Case("yes", "Yes. Explanation: <it shows>", false),
    Case("yes", "Yes. Explanation: .", false),
    Case("yes", "Yes. Explanation: -", false),
    Case("yes", "Yes. Explanation: ?!", false),
    Case("yes", "Yes. Explanation: Yes.", false),
    Case("yes", "yesExplanation: it shows.", false),
    Case("left", "right. Explanation: it shows.", false),
    Case("3-4", "3 4. Explanation: it shows.", false),
  ]

  @Test(arguments: cases) func thePattern(_ test: Case) {
    let fault = AnswerCheck.fault(in: test.text, reference: test.reference, mode: .pattern)
    #expect((fault == nil) == test.isGood, "\(fault ?? "good")")
  }

  @Test(arguments: [
    "It is clear. It is clear. It is clear. It is clear. It is clear.",
    String(repeating: "yes ", count: 12), String(repeating: "看得见", count: 12),
    "The lung is clear as a whole, and " + String(repeating: "so it is as I said, ", count: 12),
    String(repeating: "x", count: 300),
    String(repeating: "The left lung is clear and so is the right one. ", count: 6) + "So yes.",
  ])
  func repetitionIsNoExplanation(text: String) {
    #expect(Repetition.isDegenerate(text))
    #expect(
      AnswerCheck.fault(in: "Yes. Explanation: \(text)", reference: "yes", mode: .pattern) != nil)
    #expect(AnswerCheck.fault(in: "Yes: \(text)", reference: "yes", mode: .mention) != nil)
  }

  @Test(arguments: [
    "", "Yes, yes, yes.", "No, no, no: there is none.", "5 mm by 5 mm by 5 mm",
    "The left lung is clear. The right lung is clear. The heart is of normal size and the left "
      + "lung and the right lung are without a mass, so the answer is that the lungs are clear.",
    "肺部清晰，没有结节，也没有积液，心脏大小正常，纵隔居中，横膈光滑，肋膈角锐利，骨骼未见异常。",
  ])
  func ordinaryTextIsNoRepetition(text: String) {
    #expect(!Repetition.isDegenerate(text))
  }

  /// The time grows with the length, not with its square: a quarter of a
  /// megabyte takes no more than a moment.
  @Test(
    .timeLimit(.minutes(15)),
    arguments: [
      String(repeating: "Explanation: ", count: 20_000), String(repeating: "yes. ", count: 50_000),
      String(repeating: "yes explanation ", count: 2000), String(repeating: ".", count: 250_000),
      "yes. Explanation: " + String(repeating: "a phrase. ", count: 8000),
    ])
  func hostileTextsTakeNoTime(text: String) {
    for mode in AnswerCheck.Mode.allCases {
      for reference in ["yes", String(text.prefix(30_000)), ""] {
        _ = AnswerCheck.fault(in: text, reference: reference, mode: mode)
      }
    }
    #expect(AnswerCheck.fault(in: text, reference: "yes", mode: .pattern) != nil)
    #expect(Repetition.isDegenerate(String(text.prefix(30_000))) || text.hasPrefix("."))
  }

  @Test func otherRules() {
    #expect(AnswerCheck.fault(in: "It is: YES!", reference: "yes", mode: .mention) == nil)
    #expect(
      AnswerCheck.fault(
        in: "on the patient\u{2019}s left", reference: "Patient's left.", mode: .mention) == nil)
    #expect(AnswerCheck.fault(in: "这是肺部", reference: "肺", mode: .mention) == nil)
    #expect(AnswerCheck.fault(in: "It is not.", reference: "yes", mode: .mention) != nil)
    #expect(AnswerCheck.fault(in: "The eyes.", reference: "yes", mode: .mention) != nil)
    #expect(AnswerCheck.fault(in: "Anything", reference: "yes", mode: .none) == nil)
    #expect(AnswerCheck.fault(in: " \n", reference: "yes", mode: .none) != nil)
    let long = String(repeating: "a", count: AnswerCheck.maximumBytes + 1)
    #expect(AnswerCheck.fault(in: long, reference: "yes", mode: .none) != nil)
  }
}
