import Foundation
import TestSupport
import Testing

/// A way to run the whole job, and the result that it publishes.
enum Job: String, CaseIterable, CustomTestStringConvertible {
  case plain
  case vqaRad = "vqa-rad.sh"
  case xargs = "xargs.sh"
  case parallel = "parallel.sh"
  case make

  /// A line for bash; `$P` is the directory of the recipes, `$SOURCE` the
  /// sample's training split.
  var script: String {
    switch self {
    case .plain:
      """
      set -o pipefail; vqa-extract "$SOURCE" | vqa-hash | vqa-gemini --rpm 600 |
        vqa-merge --expect 29 -o out.json --failed out.failed.jsonl
      """
    case .vqaRad: "$P/vqa-rad.sh --rpm 600"
    case .xargs: "PARTS=4 $P/xargs.sh \"$SOURCE\" out.json"
    case .parallel: "BLOCK=3k $P/parallel.sh \"$SOURCE\" out.json"
    // -B, since make would take what was published for up to date.
    case .make: "make -B -s -f $P/Makefile GEMINI='--rpm 600' train.json"
    }
  }

  var result: String {
    switch self {
    case .plain, .xargs, .parallel: "out.json"
    case .vqaRad: "vqa_rad_gemini_train.json"
    case .make: "train.json"
    }
  }

  var testDescription: String { rawValue }
}

/// The whole job, by the plain pipe and by each recipe, when something goes
/// wrong in a stage of it: what was published before stays as it is, the
/// status says that the job is not done, and the same command goes on and
/// pays nothing twice.
@Suite(.timeLimit(.minutes(15)))
struct CrossingTests {
  private let scratch: Scratch
  private static let published = Data(#"{"published": "before"}"#.utf8)

  init() throws { scratch = try Scratch("crossing") }

  private func command(_ job: Job, _ standIn: StandIn, faulty: Bool) -> Command {
    let path = faulty ? "PATH=\"$PWD/fake:$PATH\"; " : ""
    let pipelines = Command.sourceRoot.appending(path: "pipelines").path
    let script = "echo $$ >pid; P='\(pipelines)'; \(path)\(job.script)"
    // A process group of its own, for signals to all of it.
    var command = Command("/usr/bin/setsid", ["--wait", "bash", "-c", script])
    command.directory = scratch.url
    command.environment = [
      "GEMINI_API_KEY": StandIn.defaultKey, "GOOGLE_GEMINI_BASE_URL": standIn.baseURL,
      "XDG_CACHE_HOME": scratch.path("cache"), "XDG_STATE_HOME": scratch.path("state"),
      "SOURCE": job == .vqaRad ? Sample.folder : Sample.train,
      "VQA_GEMINI_OPTIONS": "--rpm 600",
    ]
    return command
  }

  /// Puts a script before a tool on the PATH; `$REAL` is the tool.
  private func replace(_ tool: String, by script: String) throws {
    let real = Command.builtProducts.appending(path: tool).path
    let path = try scratch.write("#!/bin/bash\nREAL='\(real)'\n\(script)\n", to: "fake/\(tool)")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  /// Runs the job again with nothing wrong.
  ///
  /// - Parameters:
  ///   - lost: answers that may be asked for again.
  ///   - isIdle: whether a third run, which has nothing to do, is tried too.
  private func expectToGoOn(
    _ job: Job, _ standIn: StandIn, lost: Int = 0, isIdle: Bool = false
  ) throws {
    let again = try command(job, standIn, faulty: false).run()
    #expect(again.status == 0, "\(again)")
    let result = try scratch.read(job.result)
    let pairs = try Python.code(
      "import json, sys; print(sum(len(i['qa_pairs']) for i in json.load(sys.stdin).values()))")
    #expect(try pairs.run(input: result).output == "29\n")
    let stats = try standIn.stats()
    #expect(stats.repeats <= lost, "\(stats)")
    guard isIdle else { return }
    let third = try command(job, standIn, faulty: false).run()
    #expect(third.status == 0, "\(third)")
    #expect(try scratch.read(job.result) == result)
    #expect(try standIn.stats().requests == stats.requests)
  }

  /// What goes wrong in which tool. A wrapper dies of `SIGKILL` with the first
  /// rows written; the limit on file sizes stands for a full disk.
  private static let faults = [
    "vqa-extract: killed": "\"$REAL\" \"$@\" | head -n 5; kill -KILL $$",
    "vqa-hash: killed": "\"$REAL\" \"$@\" | head -n 5; kill -KILL $$",
    "vqa-gemini: killed": "\"$REAL\" \"$@\" | head -n 3; kill -KILL $$",
    "vqa-merge: killed": "kill -KILL $$",
    "vqa-hash: full disk": "ulimit -f 0; exec \"$REAL\" \"$@\"",
    "vqa-gemini: full disk": "ulimit -f 0; exec \"$REAL\" \"$@\"",
    "vqa-merge: full disk": "ulimit -f 0; exec \"$REAL\" \"$@\"",
    "vqa-gemini: no key": "unset GEMINI_API_KEY; exec \"$REAL\" \"$@\"",
    "vqa-gemini: no network":
      "GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:9 exec \"$REAL\" --retries 0 \"$@\"",
    "vqa-gemini: budget": "exec \"$REAL\" --max-requests 3 \"$@\"",
  ]

  @Test(arguments: Job.allCases, faults.keys.sorted())
  func whatWasPublishedStays(_ job: Job, _ fault: String) throws {
    let standIn = try StandIn()
    try scratch.write(Self.published, to: job.result)
    let script = try #require(Self.faults[fault])
    let tool = String(fault.prefix { $0 != ":" })
    let count = "case \"$*\" in *--count*) exec \"$REAL\" \"$@\" ;; esac\n"
    try replace(tool, by: tool == "vqa-extract" ? count + script : script)
    let broken = try command(job, standIn, faulty: true).run()
    // make has statuses of its own: 2 for any failure.
    let expected: [Int32] =
      switch fault.split(separator: ": ").last {
      case "killed": [2, 137]
      case "no network": [2, 75]
      case "budget" where job != .make: [75]
      default: [2]
      }
    if fault.hasSuffix("budget"), job == .plain {
      // All rows came, so that the few answers are the result. The status of
      // a pipe is that of its last stage that failed.
      #expect(broken.status == 1, "\(broken)")
    } else {
      #expect(expected.contains(broken.status), "\(broken)")
      #expect(try scratch.read(job.result) == Self.published, "\(broken)")
    }
    try expectToGoOn(job, standIn)
  }

  /// As a terminal sends them, to all processes at once. After the second one
  /// what was in flight is lost.
  @Test(arguments: Job.allCases, [[SIGINT], [SIGINT, SIGINT], [SIGTERM], [SIGHUP]])
  func aSignalToAllOfItLosesNothing(_ job: Job, _ signals: [Int32]) throws {
    let standIn = try StandIn(["--latency", "700ms"])
    try scratch.write(Self.published, to: job.result)
    let running = try command(job, standIn, faulty: false).start()
    while try standIn.stats().inFlight == 0, running.process.isRunning { usleep(20_000) }
    let text = String(decoding: try scratch.read("pid"), as: UTF8.self)
    let group = try #require(pid_t(text.dropLast()))
    for signal in signals {
      kill(-group, signal)
      usleep(100_000)
    }
    let result = try running.finish()
    // setsid makes a status of its own of a signal.
    #expect(result.status != 0, "\(result)")
    #expect(try scratch.read(job.result) == Self.published, "\(result)")
    try expectToGoOn(job, standIn, lost: signals.count > 1 ? 29 : 0, isIdle: signals == [SIGINT])
  }

  /// The reader of the last stage leaves after a line.
  @Test func theFirstRowAlone() throws {
    let standIn = try StandIn()
    let script = """
      vqa-extract "$SOURCE" | vqa-hash | vqa-gemini --rpm 600 | head -n 1
      echo "${PIPESTATUS[*]}"
      """
    var head = Command("/bin/bash", ["-c", script])
    head.directory = scratch.url
    head.environment = command(.plain, standIn, faulty: false).environment
    let result = try head.run()
    #expect(result.lines.count == 2, "\(result)")
    #expect(result.lines[0].contains("descriptive_answer"), "\(result)")
    for status in result.lines[1].split(separator: " ") {
      #expect(["0", "141"].contains(status), "\(result)")
    }
    try expectToGoOn(.plain, standIn)
  }
}
