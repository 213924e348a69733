import Foundation
import TestSupport
import Testing

/// Several processes that add to one result at once.
@Suite struct LockTests {
  @Test(.timeLimit(.minutes(15)))
  func twentyAtOnceLoseNothing() throws {
    let scratch = try Scratch()
    let file = scratch.path("all.json")
    _ = try merge(["-o", file], input: lines(TestRow(1_000)))
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("link"), withDestinationPath: file)
    let running = try (0..<20).map { number in
      let rows = (0..<50).map { TestRow(number * 50 + $0, image: "i\($0 % 7)").line + "\n" }
      let name = number % 2 == 0 ? file : scratch.path("link")
      return try Command.tool("vqa-merge", ["-q", "--into", name]).start(
        input: Data(rows.joined().utf8))
    }
    for process in running {
      let result = try process.finish()
      #expect(result.status == 0, "\(result)")
    }
    let text = String(decoding: try scratch.read("all.json"), as: UTF8.self)
    let questions = Set(text.matches(of: #/Question (\d+)\?/#).map { String($0.output.1) })
    #expect(questions.count == 1_001)
    #expect(try scratch.list() == ["all.json", "link"])
  }

  @Test(.timeLimit(.minutes(15)))
  func whoWaitsSaysSoAndStopsOnASignal() throws {
    let scratch = try Scratch()
    let file = scratch.path("all.json")
    _ = try merge(["-o", file], input: lines(TestRow(0)))
    let before = try scratch.read("all.json")
    let holder = try FileHandle(forReadingFrom: URL(filePath: file))
    #expect(flock(holder.fileDescriptor, LOCK_EX) == 0)
    let waiting = try Command.tool("vqa-merge", ["--into", file]).start(
      input: Data(lines(TestRow(1)).utf8))
    while try !waiting.errorsSoFar().contains("waiting for another process") { usleep(20_000) }
    kill(waiting.process.processIdentifier, SIGTERM)
    #expect(try waiting.finish().status == 143)
    #expect(try scratch.read("all.json") == before)
  }

  @Test(.timeLimit(.minutes(15)))
  func aResultThatAnotherProgramReplacedIsNotOverwritten() throws {
    let scratch = try Scratch()
    let file = scratch.path("all.json")
    _ = try merge(["-o", file], input: lines(TestRow(0)))
    let pipe = scratch.path("pipe")
    let running = try Command.shell(
      "mkfifo '\(pipe)'; : > '\(pipe).made'; exec vqa-merge --into '\(file)' '\(pipe)'"
    ).start()
    while !FileManager.default.fileExists(atPath: pipe + ".made") { usleep(10_000) }
    let writer = try FileHandle(forWritingTo: URL(filePath: pipe))
    usleep(300_000)
    try scratch.write("{}", to: "all.json")
    try writer.write(contentsOf: Data(lines(TestRow(1)).utf8))
    try writer.close()
    let result = try running.finish()
    #expect(result.status == 2)
    #expect(result.errors.contains("was changed by another program"), "\(result)")
    #expect(try scratch.read("all.json") == Data("{}".utf8))
  }
}
