import Testing

@testable import vqa_gemini

/// Whether an answer given without the reference agrees with it.
struct AgreementTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let reference: String
    let text: String
    let agrees: Bool?
    var testDescription: String { "\(reference) | \(text)" }

    init(_ reference: String, _ text: String, _ agrees: Bool?) {
      (self.reference, self.text, self.agrees) = (reference, text, agrees)
    }
  }

  @Test(arguments: [
    // Closed questions
    Case("yes", "Yes", true), Case("Yes", "yes.", true), Case("yes", "**Yes**", true),
    Case("yes", "No", false), Case("no", "No.", true), Case("no", "Yes, there is.", false),
    Case("yes", "Yeah", true), Case("no", "Nope", true), Case("true", "Yes", true),
    Case("no", "Absent", true), Case("yes", "It is present", true),
    Case("yes", "Not present", false),
    Case("no", "There is no fracture", true), Case("yes", "There is no fracture", false),
    Case("no", "None", true), Case("yes", "cannot tell", nil), Case("no", "Cannot tell.", nil),
    Case("yes", "Pneumothorax", nil), Case("no", "", nil), Case("yes", "Unclear", nil),
    Case("present", "yes", true), Case("negative", "yes", false),
    // Open ones
    Case("right lung", "The right lung", true), Case("Right Lung", "right lungs.", true),
    Case("left", "on the left side", true), Case("left", "right", false),
    Case("left lung", "right lung", false), Case("axial", "Coronal", false),
    Case("5.6 cm", "5.6cm", true), Case("two", "2", true), Case("2", "3", false),
    Case("5", "5.0", true), Case("T2-weighted", "T2\u{2011}weighted", true),
    Case("T1", "T2", false), Case("brain", "liver", false),
    Case("chest x-ray", "Chest X-ray", true), Case("the patient’s left", "patient's left", true),
    Case("pneumothorax", "right pneumothorax", true),
    Case("pneumothorax", "no pneumothorax", false),
    Case("mass in the liver", "cyst in the liver", nil), Case("pneumonia", "cannot tell", nil),
    Case("pneumonia", "yes", nil), Case("肺", "肺。", true), Case("", "lung", nil),
    Case("?", "lung", nil),
    Case("99999999999999999999", "99999999999999999999", true),
  ])
  func wordsAreCompared(_ test: Case) {
    #expect(Agreement.judge(test.text, reference: test.reference) == test.agrees)
  }
}
