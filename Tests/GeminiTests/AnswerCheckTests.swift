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
  ]

  @Test(arguments: cases) func thePattern(_ test: Case) {
    let fault = AnswerCheck.fault(in: test.text, reference: test.reference, mode: .pattern)
    #expect((fault == nil) == test.isGood, "\(fault ?? "good")")
  }

  @Test func otherRules() {
    #expect(AnswerCheck.fault(in: "It is: YES!", reference: "yes", mode: .mention) == nil)
    #expect(AnswerCheck.fault(in: "It is not.", reference: "yes", mode: .mention) != nil)
    #expect(AnswerCheck.fault(in: "Anything", reference: "yes", mode: .none) == nil)
  }
}
