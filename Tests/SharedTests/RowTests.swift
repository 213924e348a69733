import Foundation
import TestSupport
import Testing

@testable import Shared

/// A line and what becomes of it.
struct Splice: CustomTestStringConvertible {
  let line: String
  let removed: [RowKey]
  let insertion: String
  let expected: String
  init(_ line: String, _ removed: [RowKey], _ insertion: String, _ expected: String) {
    (self.line, self.removed) = (line, removed)
    (self.insertion, self.expected) = (insertion, expected)
  }
  var testDescription: String { "\(line) - \(removed) + \(insertion)" }
}

struct RowTests {
  @Test(arguments: [
    Splice(#"{}"#, [], #""a":1"#, #"{"a":1}"#),
    Splice(#"{ }"#, [.error], #""a":1"#, #"{ "a":1}"#),
    Splice(#"{"x":1}"#, [.error], #""a":1"#, #"{"x":1,"a":1}"#),
    Splice(#"{"x":1 }"#, [.error], #""a":1"#, #"{"x":1,"a":1 }"#),
    Splice(#"{"error":1}"#, [.error], "", "{}"),
    Splice(#"{ "error" : 1 }"#, [.error], "", "{  }"),
    Splice(#"{"error":1,"x":2}"#, [.error], "", #"{"x":2}"#),
    Splice(#"{"x":2,"error":1}"#, [.error], "", #"{"x":2}"#),
    Splice(#"{"x":2 , "error":1 , "y":3}"#, [.error], "", #"{"x":2 , "y":3}"#),
    Splice(#"{"error":1,"image":2,"x":3}"#, [.error, .image], "", #"{"x":3}"#),
    Splice(#"{"image":2,"x":3}"#, [.image], #""a":1,"b":2"#, #"{"a":1,"b":2,"x":3}"#),
    Splice(#"{"x":3, "image":2, "y":4}"#, [.image], #""a":1"#, #"{"x":3, "a":1, "y":4}"#),
    Splice(#"{"x":3,"image":2}"#, [.image], #""a":1"#, #"{"x":3,"a":1}"#),
    Splice(#"{"error":0,"x":3,"image":2}"#, [.image, .error], #""a":1"#, #"{"a":1,"x":3}"#),
    Splice(#"{"image":1,"x":3,"image":2}"#, [.image], #""a":1"#, #"{"a":1,"x":3}"#),
    Splice(#"{"im\u0061ge":1,"x":3}"#, [.image], #""a":1"#, #"{"a":1,"x":3}"#),
    Splice(
      #"{"x":1e400,"y":0.10,"s":"\/\u00e9"}"#, [.error], #""a":1"#,
      #"{"x":1e400,"y":0.10,"s":"\/\u00e9","a":1}"#),
  ])
  func replacingKeepsEveryOtherByte(_ splice: Splice) throws {
    let row = try Row(line: Array(splice.line.utf8))
    let output = row.replacing(splice.removed, with: Array(splice.insertion.utf8))
    #expect(String(decoding: output, as: UTF8.self) == splice.expected)
    _ = try Row(line: output)
  }

  @Test func findsValuesByKey() throws {
    let row = try Row(
      line: Array(
        #" {"id":"a\n\ud83d\ude00\ud800","row":7,"image":{"bytes":"aGk=","p":[1, 2 ,[3]],"q":null}} "#
          .utf8))
    #expect(row[.id]?.string == "a\n😀\u{FFFD}")
    #expect(row[.row]?.integer == 7)
    #expect(row[.image]?["bytes"]?.string == "aGk=")
    #expect(
      row[.image]?["p"]?.elements?.map { String(decoding: $0.text, as: UTF8.self) } == [
        "1", "2", "[3]",
      ])
    #expect(row[.image]?["q"]?.isNull == true)
    #expect(row[.answer] == nil)
    #expect(row[.image]?["none"] == nil)
    #expect(row[.id]?["none"] == nil)
  }

  @Test func theLastOfDoubledKeysCounts() throws {
    let row = try Row(line: Array(#"{"row":1,"row":2}"#.utf8))
    #expect(row[.row]?.integer == 2)
  }

  @Test(arguments: [
    ("", "not a JSON object"),
    ("[1]", "not a JSON object"),
    ("{", "the JSON text ends early"),
    (#"{"a":1"#, "the JSON text ends early"),
    (#"{"a" 1}"#, "'1' where ':' belongs, at byte 6"),
    (#"{"a":1,}"#, "'}' where a key in quotes belongs, at byte 8"),
    (#"{"a":01}"#, "'1' where ',' or '}' belongs, at byte 7"),
    (#"{"a":"\#u{01}"}"#, "bare control character 0x01 in a string, at byte 7"),
    (#"{"a":"\x"}"#, "bad escape in a string, at byte 7"),
    (#"{"a":1} x"#, "more text after the object, at byte 9"),
    ("\u{FEFF}{}", "begins with a byte order mark; remove the first three bytes"),
  ])
  func saysWhatIsWrongAndWhere(_ line: String, _ message: String) {
    #expect(throws: JSONError.self) { try Row(line: Array(line.utf8)) }
    do {
      _ = try Row(line: Array(line.utf8))
    } catch {
      #expect(String(describing: error) == message)
    }
  }

  /// Strings are read in blocks; what ends one may stand anywhere in a block.
  @Test func whatIsNotPlainIsFoundAtEveryOffset() throws {
    for length in 0..<50 {
      let plain = String(repeating: "~ ", count: length).prefix(length)
      for follower in ["", String(repeating: "x", count: 40)] {
        let row = try Row(
          line: Array(
            #"{"id":"\#(plain)","row":1\#(follower.isEmpty ? "" : #","y":"\#(follower)""#)}"#.utf8))
        #expect(row[.id]?.string == String(plain))
        #expect(
          try Row(line: Array(#"{"id":"\#(plain)é\"\#(follower)"}"#.utf8))[.id]?.string
            == plain + "é\"" + follower)
        for control: UInt8 in [0x00, 0x0A, 0x1F] {
          let bytes = Array(#"{"id":"\#(plain)"#.utf8) + [control] + Array("\(follower)\"}".utf8)
          #expect(throws: JSONError(reason: .controlCharacter, offset: 7 + length, byte: control)) {
            try Row(line: bytes)
          }
        }
      }
    }
  }

  @Test func everyKeyIsFoundByItsName() throws {
    for key in RowKey.allCases {
      let row = try Row(line: Array("{\"\(key.rawValue)\":1,\"x\(key.rawValue)\":2}".utf8))
      #expect(row[key]?.integer == 1)
      #expect(RowKey.allCases.filter { row[$0] != nil } == [key])
    }
  }

  @Test func depthIsLimitedAndNeverTheStack() {
    let depth = JSONScanner.maximumDepth
    func nested(_ count: Int) -> [UInt8] {
      Array(
        ("{\"a\":" + String(repeating: "[", count: count) + String(repeating: "]", count: count)
          + "}").utf8)
    }
    #expect(throws: Never.self) { try Row(line: nested(depth)) }
    #expect(throws: JSONError.self) { try Row(line: nested(depth + 1)) }
    #expect(throws: JSONError.self) {
      try Row(line: Array(("{\"a\":" + String(repeating: "[", count: 1_000_000)).utf8))
    }
  }
}
