import Foundation
import TestSupport
import Testing

@testable import Shared

struct Base64Tests {
  @Test func agreesWithFoundation() {
    var generator = SplitMix(state: 1)
    for count in 0..<300 {
      let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      var text = Array("before".utf8)
      Base64.encode(bytes.span, to: &text)
      #expect(
        String(decoding: text, as: UTF8.self) == "before" + Data(bytes).base64EncodedString())
      let encoded = Array(text[6...])
      let decoded = Base64.decode(encoded.span)
      #expect(decoded == bytes)
    }
  }

  @Test(arguments: [
    "a", "ab", "abc", "a===", "====", "ab=c", "a=bc", "ab==cdef", "ab c", "abc\n", "ab-_", "abé",
    "aGl=", "aB==", " aGk", "aGk=aGk=",
  ])
  func refusesWhatIsNotBase64ToTheLetter(_ text: String) {
    let bytes = Array(text.utf8)
    let decoded = Base64.decode(bytes.span)
    #expect(decoded == nil)
  }
}

struct JSONTextTests {
  @Test func losslessTextComesBackFromPython() throws {
    let bytes: [UInt8] = Array("a\"\\\n\u{01}é😀".utf8) + [0xFF, 0xC3, 0x41, 0xED, 0xA0, 0x80, 0xF0]
    var text: [UInt8] = []
    JSONText.appendQuotedLossless(bytes, to: &text)
    let result = try Python.code(
      """
      import json, sys
      text = json.loads(sys.stdin.read())
      sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
      """
    ).run(input: Data(text))
    #expect(Array(result.stdout) == bytes, "\(result)")
  }

  @Test func escapesOnlyWhatMustBe() {
    #expect(JSONText.quoted("a/é\u{7F}\u{1F}\t\"\\") == Array(#""a/é\#u{7F}\u001f\t\"\\""#.utf8))
  }
}

struct OrderedWindowTests {
  @Test func givesBackInOrderWhateverTheOrderOfFinishing() {
    var generator = SplitMix(state: 3)
    var window = OrderedWindow()
    var open: [Int] = []
    var given: [Int] = []
    for _ in 0..<20_000 {
      if open.count < 50 { open.append(window.reserve()) }
      if Bool.random(using: &generator), let ticket = open.randomElement(using: &generator) {
        open.removeAll { $0 == ticket }
        window.fill(ticket, with: Array("\(ticket)".utf8))
      }
      while let line = window.next() {
        given.append(Int(String(decoding: line, as: UTF8.self)) ?? -1)
      }
    }
    for ticket in open { window.fill(ticket, with: Array("\(ticket)".utf8)) }
    while let line = window.next() {
      given.append(Int(String(decoding: line, as: UTF8.self)) ?? -1)
    }
    #expect(given == Array(0..<given.count))
    #expect(window.count == 0 && window.waitingBytes == 0)
  }
}

struct LineReaderTests {
  private func lines(_ operands: [String], maximum: Int = 1 << 30) throws -> [Line] {
    var reader = try LineReader(operands: operands, maximumLength: maximum)
    var lines: [Line] = []
    while let line = try reader.next() { lines.append(line) }
    return lines
  }

  @Test func linesOfAnyLengthAcrossFiles() throws {
    let scratch = try Scratch()
    // Lengths around the size of a read, and a last line without line feed.
    let lengths = [0, 1, 262_143, 262_144, 262_145, 3_000_000, 5, 0]
    let texts = lengths.enumerated().map {
      [UInt8](repeating: 0x61 + UInt8($0.offset), count: $0.element)
    }
    let whole = Data(texts.map { Data($0) }.joined(separator: [0x0A]))
    let first = try scratch.write(whole + Data("z".utf8), to: "first")
    let empty = try scratch.write(Data(), to: "empty")
    let second = try scratch.write("x\ny\n", to: "second")
    let found = try lines([first, empty, second])
    var expected = texts
    expected[expected.count - 1].append(0x7A)
    #expect(found.map(\.text) == expected + [[0x78], [0x79]])
    #expect(found.map(\.number) == Array(1...8) + [1, 2])
    #expect(found.map(\.source) == Array(repeating: first, count: 8) + [second, second])
  }

  @Test func anOverlongLineIsCutAndTheNextOneRead() throws {
    let scratch = try Scratch()
    let long = String(repeating: "a", count: 700_000)
    let file = try scratch.write("\(long)\nb\n\(long)", to: "file")
    let found = try lines([file], maximum: 5_000)
    #expect(found.map(\.isTooLong) == [true, false, true])
    #expect(found.map(\.text.count) == [1_000, 1, 1_000])
    #expect(found.map(\.number) == [1, 2, 3])
  }

  @Test func namesWhatCannotBeRead() throws {
    let scratch = try Scratch()
    let missing = scratch.path("missing")
    let directory = scratch.url.path
    for (path, reason) in [
      (missing, "No such file or directory"), (directory, "Is a directory"),
    ] {
      do {
        _ = try lines([path])
        Issue.record("\(path) was read")
      } catch let error as ToolError {
        #expect(error.description == "\(path): \(reason)")
        #expect(error.status == .cannotWork)
      }
    }
  }
}

struct AtomicFileTests {
  @Test func appearsWholeAndOnlyWhenCommitted() throws {
    let scratch = try Scratch()
    try scratch.write("old", to: "file")
    do {
      var file = try AtomicFile(path: scratch.path("file"))
      try file.write([0x6E].span)
    }
    #expect(try scratch.read("file") == Data("old".utf8))
    try AtomicFile.write(Array("new".utf8).span, to: scratch.path("file"))
    #expect(try scratch.read("file") == Data("new".utf8))
    #expect(try scratch.list() == ["file"])
  }

  @Test func saysWhichPathCannotBeWritten() throws {
    let path = try Scratch().path("none/file")
    do {
      _ = try AtomicFile(path: path)
      Issue.record("written")
    } catch {
      #expect(error.description == "\(path): No such file or directory")
    }
  }
}

struct StandardErrorTests {
  @Test func noInputDrivesTheTerminal() {
    #expect(
      StandardError.sanitized("a\u{1B}[31mb\u{9B}c\n\u{202E}é😀")
        == "a\\x1b[31mb\\x9bc\\x0a\\x202eé😀")
  }
}

struct IntakeTests {
  private func disposition(_ line: String, force: Bool = false) throws -> Intake.Disposition {
    let bytes = Array(line.utf8)
    return Intake(stage: "vqa-x", force: force).disposition(of: try RowView(bytes.span))
  }

  @Test func lawsOfTheRowContract() throws {
    #expect(try disposition("{}") == .workUnlessDone)
    #expect(try disposition("{}", force: true) == .work)
    #expect(try disposition(#"{"error":{"stage":"vqa-x","code":"c"}}"#) == .work)
    #expect(try disposition(#"{"error":{"stage":"vqa-y","code":"c"}}"#) == .pass)
    #expect(try disposition(#"{"error":{"stage":"vqa-x","code":"bad_row"}}"#, force: true) == .pass)
    #expect(try disposition(#"{"error":"?"}"#) == .pass)
  }

  @Test func aLineThatIsNoRowIsKeptInAnError() {
    let line = Line(text: Array("x\"".utf8), number: 17, source: "<stdin>")
    let text = Intake(stage: "vqa-x", force: false).rejected(line, "not a JSON object")
    #expect(
      String(decoding: text, as: UTF8.self)
        == #"{"error":{"stage":"vqa-x","code":"bad_row","#
        + #""message":"not a JSON object","line":17,"input":"x\""}}"#)
  }
}
