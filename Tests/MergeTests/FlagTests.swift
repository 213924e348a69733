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
    Case("Is the heart enlarged?", "Yes", "The heart is of normal size.", [.contradictsPolarity]),
    Case(
      "Is the heart enlarged?", "Yes", "The lungs are not congested, but the heart is enlarged."),
    Case("Is the heart enlarged?", "No", "The heart is enlarged.", [.contradictsPolarity]),
    Case("Is the trachea midline?", "Yes", "The trachea is midline, with no deviation."),
    Case(
      "Is there free air?", "No", "There is free air below the diaphragm.", [.contradictsPolarity]),
    Case("Is this a CT?", "No", "This is a CT of the chest.", [.contradictsPolarity]),
    Case("Is this a CT?", "No", "This is an MRI rather than a CT."),
    Case("Is it swollen?", "Yes", "The sulci cannot be seen because the brain is swollen."),
    Case("Is there an effusion on the left?", "Yes", "The right side is free of an effusion."),
    Case("Is there a mass?", "Yes", "It cannot be denied that a mass is present."),
    Case("Is there a mass?", "No", "A mass cannot be ruled out.", [.hedges]),
    Case("Is there a mass?", "Yes", "A mass has been ruled out.", [.contradictsPolarity]),
    Case("Is there a mass?", "Yes", "The lung is devoid of a mass.", [.contradictsPolarity]),
    Case("Is there a mass?", "No", "A mass would show as a round opacity."),
    Case("Is the heart enlarged?", "No", "The cardiac shadow is dilated.", [.contradictsPolarity]),
    Case("Is there an obstruction?", "Yes", "A nonobstructive pattern.", [.contradictsPolarity]),
    Case("Is this a CT?", "No", "The image is a CT of the chest.", [.contradictsPolarity]),
    Case("Is there any abnormality?", "No", "A nodule is present.", [.contradictsPolarity]),
    Case("Is there any abnormality?", "Yes", "No nodule is present, but the aorta is wide."),
  ]

  static let others: [Case] = [
    Case("Where is the mass?", "Left lung", "The mass is in the right lung.", [.contradictsSide]),
    Case("Where is the mass?", "Left lung", "On the left of the patient, the right of the image."),
    Case("Where is the mass?", "Left-sided", "It is right-sided.", [.contradictsSide]),
    Case("Where is it?", "Bilateral", "The right lung is affected."),
    Case("Where is it?", "left and right", "The right lung is affected."),
    Case("Where is it?", "Bilateral", "Only the right lung is affected.", [.contradictsSide]),
    Case("Where is it?", "left", "Both lungs are affected.", [.contradictsSide]),
    Case("Where is it?", "left", "Of both lungs the left one is affected."),
    Case("How many nodules are there?", "3", "There are two nodules.", [.contradictsNumber]),
    Case("How many nodules are there?", "two", "There are 2 nodules, one in each lung."),
    Case("How many nodules are there?", "1", "Several nodules are seen.", [.contradictsNumber]),
    Case("How many nodules are there?", "2", "No nodules are seen.", [.contradictsNumber]),
    Case("What is the count?", "3", "There are four.", [.contradictsNumber]),
    Case("How large is it?", "3.4 cm", "It measures 34mm."),
    Case("How large is it?", "3.4 cm", "It measures 5.2 cm at level T3.", [.contradictsNumber]),
    Case("Where is it?", "upper lobe", "It is in the lower lobe.", [.contradictsLevel]),
    Case("Where is it?", "upper lobe", "It is in the upper lobe and not in the lower one."),
    Case("What plane?", "axial", "The plane is coronal.", [.contradictsLevel]),
    Case("What plane?", "axial", "The slice is not coronal."),
    Case("How bad is it?", "mild edema", "There is severe edema.", [.contradictsLevel]),
    Case("What is it?", "small bowel", "The large bowel is near."),
    Case("Is it normal or abnormal?", "abnormal", "It is normal.", [.contradictsLevel]),
    Case("What is it?", "abnormal heart", "The lungs are normal."),
    Case("Where is it?", "R frontal lobe", "It is on the left.", [.contradictsSide]),
    Case("What level is it?", "T3", "It is at the third vertebra."),
    Case("What is it?", "A cyst", "The reference answer says so.", [.toldAnswer]),
    Case("What is it?", "A cyst", "For reference, the answer is visible."),
    Case("What is it?", "A cyst", "As you stated, it is a cyst.", [.toldAnswer]),
    Case("What is it?", "A cyst", "This supports the answer.", [.toldAnswer]),
    Case("What is it?", "A cyst", "I\u{2019}m unable to tell.", [.hedges]),
    Case("What is it?", "A cyst", "It is difficult to determine its nature.", [.hedges]),
    Case("What is it?", "A cyst", "It is a cyst that I can outline."),
    Case("What is it?", "A cyst", "It is a round cyst. It is a round cyst.", [.repeats]),
    Case("What is it?", "A cyst", "A cyst. A cyst."),
    Case("What is it?", "A cyst", "It is a round cyst with", [.breaksOff]),
    Case("What is it?", "A cyst", "Its diameter is 2.5 cm (see the marker)"),
    Case("What is it?", "A cyst", "It is round (see the marker.", [.breaksOff]),
    Case("What is it?", "A cyst", "It is: 1) round, 2) dark."),
    Case("What is it?", "A cyst", "It is round and...", [.breaksOff]),
    Case("What is it?", "A cyst", "", [.breaksOff]),
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

  @Test(arguments: [
    ("fracture", "fractured", true), ("calcified", "calcification", true),
    ("obstructed", "obstruction", true), ("edema", "oedema", true), ("mass", "masses", true),
    ("mass", "massive", false), ("pneumothorax", "pneumoperitoneum", false),
    ("normal", "abnormal", false), ("ct", "cta", false),
  ])
  func formsOfAWordMatch(first: String, second: String, matches: Bool) {
    #expect(WordForms.match(first, second) == matches)
    #expect(WordForms.match(second, first) == matches)
  }

  @Test func lengthsFarFromTheRestAreOutliers() throws {
    #expect(LengthRange([40: 19]) == nil)
    let alike = try #require(LengthRange([40: 20]))
    #expect(alike.outlier(16) == nil && alike.outlier(100) == nil)
    #expect(alike.outlier(15) == ["15 words", "the median is 40"])
    #expect(alike.outlier(101) != nil && alike.outlier(0) != nil)
    let spread = try #require(LengthRange([10: 10, 20: 10, 40: 10, 80: 10, 160: 10]))
    #expect(spread.outlier(500) == nil && spread.outlier(5_000) != nil)
  }

  @Test func whatDependsOnOtherRowsIsFlaggedToo() throws {
    let scratch = try Scratch()
    var rows = (0..<30).map { place in
      TestRow(place, image: "\(place)").with(
        \.answer,
        "Yes. Explanation: Finding \(place) is clearly visible in the middle of the picture.")
    }
    rows[7] = rows[7].with(\.answer, "Yes. Explanation: Seen.")
    var lines = rows.map(\.line)
    lines[3] = lines[3].dropLast() + #","blind_answer":{"text":"No","agrees":false}}"#
    lines[4] = lines[4].dropLast() + #","blind_answer":{"text":"Maybe","agrees":null}}"#
    lines[5] = lines[5].dropLast() + #","blind_answer":{"text":"Yes","agrees":true}}"#
    let result = try merge(
      ["--flags", scratch.path("flags"), "--stats", scratch.path("stats")],
      input: lines.joined(separator: "\n"))
    #expect(result.status == 0, "\(result)")
    let expected = """
      {"id":"train/3","image_hash":"3","flag":"blind_disagrees","words":["No"]}
      {"id":"train/7","image_hash":"7","flag":"length_outlier","words":["1 word","the median is 11"]}

      """
    #expect(String(decoding: try scratch.read("flags"), as: UTF8.self) == expected)
    let stats = String(decoding: try scratch.read("stats"), as: UTF8.self)
    #expect(
      stats.contains(
        #","blind_answers":{"train":{"closed":{"agrees":1,"disagrees":1,"undecided":1}}},"flags""#),
      "\(stats)")
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
      {"id":"train/1","image_hash":"bb","flag":"same_text","words":["both","lungs","are","clear","\u{FC}"]}
      {"id":"train/2","image_hash":"cc","flag":"same_text","words":["both","lungs","are","clear","\u{FC}"]}
      {"id":"train/2","image_hash":"cc","flag":"two_splits","words":["train","test"]}
      {"id":"test/0","image_hash":"cc","flag":"two_splits","words":["train","test"]}

      """
    #expect(String(decoding: try scratch.read("flags"), as: UTF8.self) == expected)
    let stats = String(decoding: try scratch.read("stats"), as: UTF8.self)
    #expect(
      stats.hasSuffix(
        #","flags":{"breaks_off":1,"contradicts_polarity":1,"same_text":2,"two_splits":2}}"# + "\n"),
      "\(stats)")
  }

  /// Every row of such a picture is flagged, in whatever order lines come and
  /// whether it is an earlier result's or not.
  @Test func allRowsOfAPictureInSeveralSplitsAreFlagged() throws {
    let scratch = try Scratch()
    let splits = ["train", "dev", "test", "train", "test", "train"]
    let rows = zip(0..., splits).map { number, split in
      TestRow(number, image: number < 4 ? "aa" : number == 4 ? "bb" : "cc", split: split)
    }
    func twoSplits(_ arguments: [String], _ rows: [TestRow]) throws -> [String] {
      let result = try merge(
        arguments + ["--flags", scratch.path("flags")], input: rows.map { $0.line + "\n" }.joined())
      try #require(result.status == 0, "\(result)")
      return String(decoding: try scratch.read("flags"), as: UTF8.self).split(separator: "\n")
        .filter { $0.contains("two_splits") }.map(String.init)
    }
    let expected = ["train/0", "train/3", "test/2", "dev/1"].map {
      #"{"id":"\#($0)","image_hash":"aa","flag":"two_splits","words":["train","test","dev"]}"#
    }
    #expect(try twoSplits([], rows) == expected)
    #expect(try twoSplits([], rows.reversed()) == expected)
    let old = try merge(input: rows[..<2].map { $0.line + "\n" }.joined())
    let into = ["--into", try scratch.write(old.output, to: "old.json")]
    #expect(try twoSplits(into, Array(rows[2...])).count == 4)
  }
}
