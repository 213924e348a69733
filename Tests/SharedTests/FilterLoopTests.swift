import Foundation
import TestSupport
import Testing

@testable import Shared

/// The loop with a worker that does nothing, in the orders and with the
/// failures that real ones have.
@Suite(.timeLimit(.minutes(15)))
struct FilterLoopTests {
  private static let intake = Intake(stage: "vqa-test", force: false)

  private static func row(_ number: Int, padding: Int = 300) -> String {
    #"{"id":"t/\#(number)","text":"\#(String(repeating: "x", count: padding))"}"#
  }

  private static func done(_ number: Int) -> String {
    String(row(number).dropLast()) + #","image_hash":"\#(number)"}"#
  }

  /// Runs a loop over the rows, whose output goes into a pipe that `take`
  /// reads.
  private static func run(
    _ lines: [String], _ plan: FakeWorker.Plan, log: FakeWorker.Log, windowBytes: Int = 1 << 20,
    take: @escaping @Sendable (Reader) -> Void = { $0.takeAll() }
  ) throws -> (output: [String], error: String?) {
    signal(SIGPIPE, SIG_IGN)
    let scratch = try Scratch("loop")
    let path = try scratch.write(lines.map { $0 + "\n" }.joined(), to: "rows.jsonl")
    let ends = try Pipe.make()
    let reader = Reader(descriptor: ends.read, log: log)
    let thread = Foundation.Thread {
      take(reader)
      reader.finish()
    }
    thread.start()
    var error: String?
    do {
      var loop = FilterLoop(
        reader: try LineReader(operands: [path]), output: OutputQueue(descriptor: ends.write),
        intake: intake, worker: FakeWorker(plan: plan, log: log),
        progress: Progress(quietStage: "vqa-test"),
        windowBytes: windowBytes)
      do { try loop.run() } catch let thrown { error = "\(thrown)" }
      _ = try? loop.close()
    }
    close(ends.write)
    reader.isFinished.wait()
    return (reader.lines, error)
  }

  @Test(arguments: [1, 3, 64], [FakeWorker.Order.first, .last, .shuffled])
  func rowsComeOutInOrder(capacity: Int, order: FakeWorker.Order) throws {
    let plan = FakeWorker.Plan(capacity: capacity, order: order)
    let result = try Self.run((0..<1_000).map { Self.row($0) }, plan, log: FakeWorker.Log())
    #expect(result.output == (0..<1_000).map(Self.done))
    #expect(result.error == nil)
  }

  @Test func rowsThatWaitForOthersAreToldThatNoneCome() throws {
    // Ten thousand never come together: the input pauses or ends before.
    let plan = FakeWorker.Plan(capacity: 10_000, order: .last, isPatient: true)
    let result = try Self.run(
      (0..<500).map { Self.row($0) }, plan, log: FakeWorker.Log(), windowBytes: 20_000)
    #expect(result.output == (0..<500).map(Self.done))
  }

  @Test func aReaderThatPausesHoldsUpNoRow() throws {
    // 700 kB: ten times what the pipe takes, and within the window.
    let log = FakeWorker.Log()
    let result = try Self.run(
      (0..<2_000).map { Self.row($0) }, FakeWorker.Plan(capacity: 8), log: log
    ) { reader in
      while log.finished < 2_000 { usleep(1_000) }
      reader.takeAll()
    }
    #expect(result.output == (0..<2_000).map(Self.done))
  }

  @Test(arguments: [true, false])
  func noMoreIsReadThanTheWindowHolds(isWork: Bool) throws {
    let log = FakeWorker.Log()
    let lines = (0..<20_000).map { isWork ? Self.row($0) : #"{"image_hash":"\#($0)"}"# }
    let result = try Self.run(
      lines, FakeWorker.Plan(capacity: 8), log: log, windowBytes: 50_000
    ) { reader in reader.takeSlowly() }
    #expect(result.output == (isWork ? (0..<20_000).map(Self.done) : lines))
    // Window, pipe and one line.
    #expect(log.mostAhead <= 50_000 + 65_536 + 1_000, "\(log.mostAhead)")
  }

  @Test func aReaderThatLeavesStopsTheWorkerAndLosesNoRowInHand() throws {
    let log = FakeWorker.Log()
    let plan = FakeWorker.Plan(capacity: 64, order: .last)
    let result = try Self.run((0..<50_000).map { Self.row($0) }, plan, log: log) { reader in
      reader.take(1)
      reader.leave()
    }
    #expect(result.error == nil)
    #expect(log.stops == [.outputClosed])
    #expect(log.begun < 50_000)
    #expect(log.finished == log.begun)
  }

  @Test func aFullDiskStopsTheWorkerAndIsTheError() throws {
    let log = FakeWorker.Log()
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    let scratch = try Scratch("loop")
    let path = try scratch.write(Self.row(0) + "\n" + Self.row(1) + "\n", to: "rows.jsonl")
    var loop = FilterLoop(
      reader: try LineReader(operands: [path]), output: OutputQueue(descriptor: full),
      intake: Self.intake, worker: FakeWorker(plan: FakeWorker.Plan(capacity: 1), log: log),
      progress: Progress(quietStage: "vqa-test"),
      windowBytes: 1 << 20)
    var message = ""
    do { try loop.run() } catch { message = "\(error)" }
    #expect(message == "<stdout>: No space left on device")
    #expect(log.stops == [.outputClosed])
  }

  @Test(arguments: [FakeWorker.Fault.begin, .step])
  func aWorkerThatThrowsLosesNoFinishedRow(fault: FakeWorker.Fault) throws {
    let plan = FakeWorker.Plan(capacity: 1, fault: fault, faultAt: 700)
    let result = try Self.run((0..<1_000).map { Self.row($0) }, plan, log: FakeWorker.Log())
    #expect(result.error == "broken")
    #expect(result.output == (0..<700).map(Self.done))
  }

  /// In a process of its own, which a loop that does not hear it leaves to the
  /// alarm.
  @Test func aSignalJustBeforeTheWaitIsHeard() async {
    await #expect(processExitsWith: .success) {
      alarm(60)
      try Interrupt.install()
      let silent = try Pipe.make()
      let log = FakeWorker.Log()
      var loop = FilterLoop(
        reader: try LineReader(operands: ["/dev/fd/\(silent.read)"]),
        output: OutputQueue(descriptor: open("/dev/null", O_WRONLY)), intake: Self.intake,
        worker: FakeWorker(plan: FakeWorker.Plan(capacity: 1, signalBeforeWait: SIGTERM), log: log),
        progress: Progress(quietStage: "vqa-test"), windowBytes: 1 << 20)
      try loop.run()
      #expect(log.stops == [.signal(SIGTERM)])
    }
  }

  @Test func anInputThatFailsLosesNoRow() throws {
    let scratch = try Scratch("loop")
    let rows = try scratch.write((0..<100).map { Self.row($0) + "\n" }.joined(), to: "a")
    let later = try scratch.write(Self.row(100) + "\n", to: "b")
    let reader = try LineReader(operands: [rows, later])
    try FileManager.default.removeItem(atPath: later)
    let output = open(scratch.path("out"), O_WRONLY | O_CREAT, 0o600)
    var loop = FilterLoop(
      reader: reader, output: OutputQueue(descriptor: output), intake: Self.intake,
      worker: FakeWorker(
        plan: FakeWorker.Plan(capacity: 200, order: .last, isPatient: true), log: FakeWorker.Log()),
      progress: Progress(quietStage: "vqa-test"),
      windowBytes: 1 << 20)
    var message = ""
    do { try loop.run() } catch { message = "\(error)" }
    close(output)
    #expect(message == "\(later): No such file or directory")
    let text = String(decoding: try scratch.read("out"), as: UTF8.self)
    #expect(text.split(separator: "\n").map(String.init) == (0..<100).map(Self.done))
  }

  @Test(arguments: [
    (#"{"id":"a","error":null}"#, #"{"id":"a","image_hash":"0"}"#),
    (#"{"error": null ,"image_hash":"1"}"#, #"{"error": null ,"image_hash":"1"}"#),
    (
      #"{"error":{"stage":"vqa-other","code":"x"}}"#, #"{"error":{"stage":"vqa-other","code":"x"}}"#
    ),
    (#"{"error":{"stage":"vqa-test","code":"x"}}"#, #"{"image_hash":"0"}"#),
    (#"{"error":false}"#, #"{"error":false}"#),
    (#"{"error":null,"error":"x"}"#, #"{"error":null,"error":"x"}"#),
    (#"{"error":"x","error":null}"#, #"{"image_hash":"0"}"#),
  ])
  func anErrorThatIsNullIsNone(line: String, expected: String) throws {
    let result = try Self.run([line], FakeWorker.Plan(capacity: 1), log: FakeWorker.Log())
    #expect(result.output == [expected])
  }
}
