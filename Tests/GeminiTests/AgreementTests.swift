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
    // Spelled otherwise
    Case("left lung", "Lung, left", true), Case("Lungs", "LUNG", true),
    Case("ovary", "Ovaries", true), Case("mass", "masses", true), Case("biopsy", "biopsies", true),
    Case("metastasis", "metastases", true), Case("1", "one.", true), Case("one", "1", true),
    Case("5 cm", "50 mm", true), Case("5.6 centimeters", "5.6cm", true),
    Case("2 cm", "2 mm", false),
    Case("0.7 cm", "7 millimetres", true), Case("5.60", "5.6", true), Case("1,000", "1000", true),
    Case("50%", "50 percent", true), Case("50 percent", "50%", true), Case("3", "3-4", nil),
    Case("x-ray", "XRay", true), Case("chest xray", "chest radiograph", true),
    Case("CT", "computed tomography scan", true), Case("MRI", "Magnetic resonance imaging", true),
    Case("hyperintense", "hyper-intense", true), Case("axial", "transverse plane", true),
    Case("bilateral", "both sides", true), Case("both lungs", "left and right lung", true),
    Case("R frontal lobe", "right frontal lobe", true), Case("inferior", "inf", false),
    Case("10 1", "101", false), Case("Éclair", "e\u{301}clair", true), Case("ＹＥＳ", "ｙｅｓ", true),
    // Denied otherwise
    Case("no", "There isn't a fracture", true), Case("no", "I can't see it", nil),
    Case("no fracture", "fracture absent", nil), Case("no fracture", "fracture", false),
    Case("no", "It’s not there", true), Case("normal", "not enlarged", nil),
  ])
  func wordsAreCompared(_ test: Case) {
    #expect(Agreement.judge(test.text, reference: test.reference) == test.agrees)
  }
}
