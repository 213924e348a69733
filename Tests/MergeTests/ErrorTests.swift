import Foundation
import TestSupport
import Testing

/// What cannot be merged, read or written: one line, the right status, and
/// nothing half done.
@Suite struct ErrorTests {
  @Test func contradictionsNameBothLinesAndWriteNothing() throws {
    let first = TestRow(1)
    let cases: [(TestRow, Int, String)] = [
      (first.with(\.question, "Another?"), 2, "one id on two questions: train/1"),
      (first.with(\.image, "bb"), 2, "one id on two images: train/1"),
      (TestRow(2).with(\.size, "[1,2]"), 1, "two sizes or paths of one image: aa"),
      (TestRow(2).with(\.path, "j/aa.png"), 1, "two sizes or paths of one image: aa"),
    ]
    for (second, line, message) in cases {
      let scratch = try Scratch()
      let one = try scratch.write(lines(TestRow(0), first), to: "one.jsonl")
      let output = try scratch.write("old", to: "out.json")
      let result = try merge([one, "-", "-o", output], input: lines(second))
      #expect(result.status == 2, "\(result)")
      #expect(
        result.errors.contains("vqa-merge: \(one):\(line) and <stdin>:1: \(message)"), "\(result)")
      #expect(try scratch.list() == ["one.jsonl", "out.json"])
      #expect(try scratch.read("out.json") == Data("old".utf8))
    }
    let poured = try merge(input: lines(first, first.with(\.question, "Another?")))
    #expect(poured.errors.contains("--id-prefix"))
    #expect(poured.output.isEmpty)
  }

  @Test func rowsWithoutAnAnswerGoToTheFailedFileAsTheyCame() throws {
    let scratch = try Scratch()
    let bad =
      #"{"error":{"stage":"vqa-hash","code":"bad_row","message":"no","line":3,"input":"x"}}"#
    let spaced = #"{ "id" : "t\u002f1" ,"gone":1e400}"#
    let made = TestRow(5)
    let input = [
      made.failed.line, bad, TestRow(6).failed.line, spaced, made.line, TestRow(6).failed.line,
    ].joined(separator: "\n")
    let result = try merge(["--failed", scratch.path("failed")], input: input)
    #expect(result.status == 1)
    #expect(result.errors.contains("3 without an answer"), "\(result)")
    let expected = [bad, spaced, TestRow(6).failed.line].map { $0 + "\n" }.joined()
    #expect(String(decoding: try scratch.read("failed"), as: UTF8.self) == expected)
  }

  @Test func aLineThatIsNoRowSaysSoFromHereOn() throws {
    let scratch = try Scratch()
    let result = try merge(
      ["--failed", scratch.path("failed")], input: "{\"a\":\n" + lines(TestRow(0)) + "\n")
    #expect(result.status == 1)
    #expect(result.errors.contains("vqa-merge: <stdin>:1: "))
    #expect(result.errors.contains("vqa-merge: <stdin>:3: not a JSON object"))
    let failed = String(decoding: try scratch.read("failed"), as: UTF8.self)
    #expect(failed.hasPrefix(#"{"error":{"stage":"vqa-merge","code":"bad_row","#))
    #expect(failed.contains(#""input":"{\"a\":"}}"#))
    #expect(failed.split(separator: "\n").count == 2)
  }

  @Test func anAnswerWithoutItsImageIsTold() throws {
    let result = try merge(
      input: #"{"id":"train/1","split":"train","question":"","answer":"","descriptive_answer":""}"#)
    #expect(result.status == 1)
    #expect(result.output == "{}")
    #expect(
      result.errors.contains(
        "<stdin>:1: train/1: an answer without a sound image_hash, image_path, image_size"))
  }

  @Test func onlyFailedRowsGiveAnEmptyObject() throws {
    let result = try merge(input: lines(TestRow(0).failed, TestRow(1).failed))
    #expect(result.output == "{}")
    #expect(result.status == 1)
  }

  @Test func unreadableInputsAreStatusTwo() throws {
    let scratch = try Scratch()
    for (operand, message) in [
      (scratch.path("none"), "No such file"), (scratch.url.path, "Is a directory"),
    ] {
      let result = try merge([operand, "-o", scratch.path("out")])
      #expect(result.status == 2)
      #expect(result.errors.hasPrefix("vqa-merge: \(operand): \(message)"), "\(result)")
      #expect(try scratch.list().isEmpty)
    }
  }

  @Test func unwritableOutputsAreStatusTwo() throws {
    let scratch = try Scratch()
    let row = try scratch.write(lines(TestRow(0)), to: "row")
    for command in [
      "vqa-merge '\(row)' > /dev/full", "vqa-merge '\(row)' >&-",
      "vqa-merge '\(row)' -o '\(scratch.path("no/out"))'", "vqa-merge '\(row)' -o /dev/full",
      "vqa-merge '\(row)' --failed '\(scratch.path("no/failed"))' -o '\(scratch.path("out"))'",
    ] {
      let result = try Command.shell(command).run()
      #expect(result.status == 2, "\(command): \(result)")
      #expect(result.errors.split(separator: "\n").count == 1)
      #expect(try scratch.list() == ["row"])
    }
  }

  @Test func aDeviceIsWrittenToAndNotReplaced() throws {
    let result = try Command.shell(
      "echo '\(TestRow(0).line)' | vqa-merge -o /dev/stdout --failed /dev/null"
    ).run()
    #expect(result.status == 0, "\(result)")
    #expect(result.output.hasPrefix("{\n"))
    let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type]
    #expect(type as? FileAttributeType == .typeCharacterSpecial)
  }

  @Test func aReaderThatLeavesEndsItQuietly() throws {
    let scratch = try Scratch()
    let rows = (0..<5_000).map { TestRow($0).line + "\n" }
    let file = try scratch.write(rows.joined(), to: "rows")
    let result = try Command.shell(
      "{ vqa-merge '\(file)'; echo $? >&2; } | true"
    ).run()
    #expect(result.errors == "141\n", "\(result)")
  }

  @Test(
    .timeLimit(.minutes(15)),
    arguments: zip([SIGINT, SIGTERM, SIGKILL], [130, 143, 137] as [Int32]))
  func killedWhileReadingItLeavesTheOldOutput(signal: Int32, status: Int32) throws {
    let scratch = try Scratch()
    let output = try scratch.write("old", to: "out.json")
    let pipe = scratch.path("pipe")
    // The tool holds the pipe's other end itself, so it waits for ever.
    let running = try Command.shell(
      "mkfifo '\(pipe)'; exec 3<>'\(pipe)'; echo '\(TestRow(0).line)' >&3; : >'\(pipe).open';"
        + " exec vqa-merge -o '\(output)' '\(pipe)'"
    ).start()
    while !FileManager.default.fileExists(atPath: pipe + ".open") { usleep(10_000) }
    usleep(200_000)
    kill(running.process.processIdentifier, signal)
    let result = try running.finish()
    #expect(result.status == status, "\(result)")
    #expect(try scratch.read("out.json") == Data("old".utf8))
    let left = try scratch.list().filter { $0.hasPrefix(".out.json.") }
    #expect(left.isEmpty)
  }
}
