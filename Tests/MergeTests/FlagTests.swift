import Foundation
import TestSupport
import Testing

@testable import vqa_merge

/// Each flag on what raises it and on what must not.
@Suite struct FlagTests {
  struct Case: CustomTestStringConvertible {
    let question: String
    let reference: String
    let explanation: String
    let flags: Set<AnswerFlag>
    var testDescription: String { "\(question) \(reference): \(explanation)" }

    init(
      _ question: String, _ reference: String, _ explanation: String, _ flags: Set<AnswerFlag> = []
    ) {
      (self.question, self.reference) = (question, reference)
      (self.explanation, self.flags) = (explanation, flags)
    }
  }

  static let polarity: [Case] = [
    Case("Is there a pneumothorax?", "Yes", "There is no pneumothorax.", [.contradictsPolarity]),
    Case("Is there a pneumothorax?", "Yes", "A pneumothorax is visible on the right side."),
    Case("Is there a pneumothorax?", "No", "There is no evidence of a pneumothorax."),
    Case(
      "Is there a pneumothorax?", "No", "A large pneumothorax is present.", [.contradictsPolarity]),
    Case("Is there a pneumothorax?", "No", "The pleural space is without a pneumothorax."),
    Case("Is cardiomegaly present?", "Yes", "No effusion is seen, but cardiomegaly is evident."),
    Case("Is cardiomegaly present?", "Yes", "Cardiomegaly is absent.", [.contradictsPolarity]),
    Case("Is cardiomegaly present?", "No", "The heart is of usual size."),
    Case("Is there no fracture?", "Yes", "There is no fracture."),
    Case("Are the lungs clear?", "Yes", "No, they are not.", [.contradictsPolarity]),
    Case("What is shown?", "Effusion", "There is no effusion."),
  ]

  static let others: [Case] = [
    Case("Where is the mass?", "Left lung", "The mass is in the right lung.", [.contradictsSide]),
    Case("Where is the mass?", "Left lung", "On the left of the patient, the right of the image."),
    Case("Where is the mass?", "Left-sided", "It is right-sided.", [.contradictsSide]),
    Case("Where is it?", "Bilateral", "The right lung is affected."),
    Case("Where is it?", "left and right", "The right lung is affected."),
    Case("How many nodules are there?", "3", "There are two nodules.", [.contradictsNumber]),
    Case("How many nodules are there?", "two", "There are 2 nodules, one in each lung."),
    Case("What level is it?", "T3", "It is at the third vertebra."),
    Case("What is it?", "A cyst", "The reference answer says so.", [.toldAnswer]),
    Case("What is it?", "A cyst", "For reference, the answer is visible."),
    Case("What is it?", "A cyst", "I\u{2019}m unable to tell.", [.hedges]),
    Case("What is it?", "A cyst", "It is a cyst that I can outline."),
    Case("What is it?", "A cyst", "It is a round cyst. It is a round cyst.", [.repeats]),
    Case("What is it?", "A cyst", "A cyst. A cyst."),
    Case("What is it?", "A cyst", "It is a round cyst with", [.breaksOff]),
    Case("What is it?", "A cyst", "Its diameter is 2.5 cm (see the marker)"),
  ]

  @Test(arguments: polarity + others)
  func aPairRaisesJustItsFlags(_ pair: Case) {
    let flagged = FlaggedPair(
      question: pair.question, reference: pair.reference,
      answer: "\(pair.reference). Explanation: \(pair.explanation)")
    #expect(Set(flagged.flags.map(\.flag)) == pair.flags, "\(flagged.flags)")
    #expect(flagged.flags.allSatisfy { !$0.words.isEmpty })
  }

  @Test func textsAreSentencesOfWords() {
    let text = FlaggedText("It's 2.5 cm (not 3). X-ray: e.g. \u{201C}clear\u{201D}?\nYes")
    #expect(
      text.sentences == [["it's", "2.5", "cm", "not", "3"], ["x-ray", "e.g"], ["clear"], ["yes"]])
  }

  @Test func flagsAreWrittenAndCounted() throws {
    let scratch = try Scratch()
    let rows = [
      TestRow(0).with(\.answer, "Yes. Explanation: No, it is not"),
      TestRow(1, image: "bb").with(\.answer, "Yes. Explanation: Both lungs are clear \u{FC}."),
      TestRow(2, image: "cc").with(\.answer, "Yes. Explanation: Both lungs are clear \u{FC}."),
      TestRow(0, image: "cc", split: "test").with(\.answer, "Yes. Explanation: Fine."),
    ]
    let arguments = ["--flags", scratch.path("flags"), "--stats", scratch.path("stats")]
    let text = rows.map { $0.line + "\n" }.joined()
    let result = try merge(arguments, input: text)
    #expect(result.status == 0, "\(result)")
    #expect(result.output == (try merge(input: text).output))
    let expected = """
      {"id":"train/0","image_hash":"aa","flag":"contradicts_polarity","words":["no"]}
      {"id":"train/0","image_hash":"aa","flag":"breaks_off","words":["it","is","not"]}
      {"id":"train/2","image_hash":"cc","flag":"same_text","words":["both","lungs","are","clear","\u{FC}"]}
      {"id":"test/0","image_hash":"cc","flag":"two_splits","words":["train","test"]}

      """
    #expect(String(decoding: try scratch.read("flags"), as: UTF8.self) == expected)
    let stats = String(decoding: try scratch.read("stats"), as: UTF8.self)
    #expect(
      stats.hasSuffix(
        #","flags":{"breaks_off":1,"contradicts_polarity":1,"same_text":1,"two_splits":1}}"# + "\n"),
      "\(stats)")
  }
}
