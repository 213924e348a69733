import Foundation
import TestSupport
import Testing

@testable import Shared

/// Python's json module is asked about texts that are JSON, almost JSON and
/// not JSON at all: whatever it takes as an object, we take, and with the
/// same strings in it.
struct JSONOracleTests {
  @Test func takesWhatPythonTakesAndNothingElse() throws {
    let scratch = try Scratch()
    var generator = SplitMix(state: 2026)
    let texts = (0..<20_000).map { _ in mutated(randomObject(&generator), &generator) }
    let input = texts.map { $0.map { String(format: "%02x", $0) }.joined() }
    try scratch.write(input.joined(separator: "\n") + "\n", to: "texts")
    let result = try Python.script(
      "Tests/oracle/json_oracle.py", [scratch.path("texts")]
    ).run()
    #expect(result.status == 0, "\(result)")
    let verdicts = result.lines
    try #require(verdicts.count == texts.count)
    var taken = 0
    for (text, verdict) in zip(texts, verdicts) {
      let row = try? Row(line: text)
      // Python gives the value of "question" as hexadecimal UTF-8, "-" for
      // no string, "refused" for no object.
      let ours = row.map { $0[.question]?.utf8.map(hexadecimal) ?? "-" } ?? "refused"
      #expect(ours == verdict, "\(String(decoding: text, as: UTF8.self))")
      if row != nil { taken += 1 }
    }
    // Both kinds were really met.
    #expect(taken > 2_000 && taken < 18_000)
  }

  @Test func refusesNotUTF8AsFoundationDoes() {
    // Every lead byte with every second byte, and longer ones at their edges.
    for lead in UInt8(0x80)...0xFF {
      for second in UInt8.min...UInt8.max {
        for tail in [[], [0x80], [0x80, 0x80], [0xBF, 0xBF], [0x80, 0x41]] as [[UInt8]] {
          let text = [lead, second] + tail
          let line = Array(#"{"a":""#.utf8) + text + Array(#""}"#.utf8)
          let isUTF8 = String(validating: text, as: UTF8.self) != nil
          let isPlain = !text.contains { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }
          guard isPlain else { continue }
          #expect(((try? Row(line: line)) != nil) == isUTF8, "\(text)")
        }
      }
    }
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.isEmpty ? "empty" : bytes.map { String(format: "%02x", $0) }.joined()
  }

  private func randomObject(_ generator: inout SplitMix) -> [UInt8] {
    let members = [
      "\"question\":\(randomString(&generator))",
      "\"x\":\(randomValue(&generator, depth: 0))",
    ]
    let space = ["", " ", "\t", "\r", "\n"].randomElement(using: &generator) ?? ""
    return Array("\(space){\(space)\(members.joined(separator: "," + space))\(space)}".utf8)
  }

  private func randomValue(_ generator: inout SplitMix, depth: Int) -> String {
    switch Int.random(in: 0..<(depth > 3 ? 5 : 7), using: &generator) {
    case 0:
      return ["0", "-0", "1.5", "1e400", "-12.5E-3", "10", "9999999999999999999"]
        .randomElement(using: &generator) ?? "0"
    case 1: return "true"
    case 2: return "null"
    case 3, 4: return randomString(&generator)
    case 5:
      return "["
        + (0..<Int.random(in: 0..<4, using: &generator))
        .map { _ in randomValue(&generator, depth: depth + 1) }.joined(separator: ",") + "]"
    default:
      return "{"
        + (0..<Int.random(in: 0..<4, using: &generator))
        .map { _ in randomString(&generator) + ": " + randomValue(&generator, depth: depth + 1) }
        .joined(separator: " ,") + "}"
    }
  }

  private func randomString(_ generator: inout SplitMix) -> String {
    let pieces = [
      "a", "Is there", "é", "中", "😀", #"\n"#, #"\""#, #"\\"#, #"\/"#, #"\u00e9"#, #"\ud83d\ude00"#,
      #"\ud800"#, #"\udc00x"#, #"\u0000"#, "\u{7F}", "\u{2028}", #"\b\f\r\t"#,
    ]
    return "\""
      + (0..<Int.random(in: 0..<12, using: &generator))
      .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined() + "\""
  }

  /// Half of the texts as they are; the rest with a byte put in, taken out or
  /// changed.
  private func mutated(_ text: [UInt8], _ generator: inout SplitMix) -> [UInt8] {
    var text = text
    let bytes: [UInt8] =
      Array(#"{}[]",:\ue0-1.+Enft "#.utf8) + [0, 0x1F, 0x7F, 0x80, 0xC3, 0xED, 0xFF]
    for _ in 0..<max(0, Int.random(in: -1...2, using: &generator)) {
      let place = Int.random(in: 0..<max(text.count, 1), using: &generator)
      let byte = bytes.randomElement(using: &generator) ?? 0
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: text.insert(byte, at: min(place, text.count))
      case 1 where !text.isEmpty: text.remove(at: place)
      default: if !text.isEmpty { text[place] = byte }
      }
    }
    return text
  }
}

/// A generator that gives the same numbers in every run (Steele, Lea and
/// Flood, "Fast splittable pseudorandom number generators", 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
