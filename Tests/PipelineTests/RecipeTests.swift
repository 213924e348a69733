import Foundation
import TestSupport
import Testing

/// Each recipe in `pipelines/` gives what the plain pipeline gives, and a
/// status that says what happened.
struct RecipeTests {
  private let scratch: Scratch
  private let standIn: StandIn
  private let pipelines = Command.sourceRoot.appending(path: "pipelines").path

  init() throws {
    scratch = try Scratch("recipes")
    standIn = try StandIn()
  }

  private func shell(_ script: String, _ variables: [String: String] = [:]) throws
    -> CommandResult
  {
    var command = Command.shell("PATH=\"$PWD/fake:$PATH\"; P='\(pipelines)'; \(script)")
    command.directory = scratch.url
    command.environment = [
      "GEMINI_API_KEY": StandIn.defaultKey, "GOOGLE_GEMINI_BASE_URL": standIn.baseURL,
      "XDG_CACHE_HOME": scratch.path("cache"), "XDG_STATE_HOME": scratch.path("state"),
      "SOURCE": Sample.train, "VQA_GEMINI_OPTIONS": "--rpm 600",
    ].merging(variables) { $1 }
    return try command.run()
  }

  /// Puts a program before the real ones on the PATH.
  private func fake(_ name: String, _ script: String) throws {
    let path = try scratch.write("#!/bin/sh\n\(script)\n", to: "fake/\(name)")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  private func plainResult() throws -> Data {
    let plain = try shell(
      "vqa-extract '\(Sample.train)' | vqa-hash | vqa-gemini --rpm 600 | vqa-merge -o plain.json")
    try #require(plain.status == 0, "\(plain)")
    return try scratch.read("plain.json")
  }

  @Test func makeBuildsTheSplit() throws {
    let make = "make -s -f $P/Makefile GEMINI='--rpm 600' train.json"
    let result = try shell(make)
    #expect(result.status == 0, "\(result)")
    #expect(try scratch.read("train.json") == plainResult())
    // Nothing is out of date now.
    let asked = try standIn.stats().requests
    #expect(try shell(make).status == 0)
    #expect(try standIn.stats().requests == asked)
  }

  @Test func makeRunsTheFailedRowsAgain() throws {
    let bad = try StandIn(["--fault", "finish-safety share=0.3"])
    let make = "make -s -f $P/Makefile GEMINI='--rpm 600'"
    let first = try shell("\(make) train.json", ["GOOGLE_GEMINI_BASE_URL": bad.baseURL])
    #expect(first.status == 0, "\(first)")
    #expect(try !scratch.read("train.failed.jsonl").isEmpty)
    let second = try shell("\(make) train.retry")
    #expect(second.status == 0, "\(second)")
    #expect(try scratch.read("train.failed.jsonl").isEmpty)
  }

  @Test(arguments: ["xargs.sh", "parallel.sh"])
  func theWholeComesOfItsParts(_ recipe: String) throws {
    let script = "BLOCK=3k PARTS=4 $P/\(recipe) '\(Sample.train)' out.json"
    let result = try shell(script)
    #expect(result.status == 0, "\(result)")
    #expect(try scratch.read("out.json") == plainResult())
    // Run again, it works on nothing; with a part gone on that alone.
    let asked = try standIn.stats().requests
    try FileManager.default.removeItem(atPath: scratch.path("out.json"))
    let again = try shell("\(script) && rm out.parts/*1.jsonl && \(script)")
    #expect(again.status == 0, "\(again)")
    #expect(try standIn.stats().requests == asked)
  }

  @Test(arguments: [
    "PARTS=4 $P/xargs.sh \"$SOURCE\" out.json", "BLOCK=3k $P/parallel.sh \"$SOURCE\" out.json",
    "make -s -f $P/Makefile GEMINI='--rpm 600' train.json && cp train.json out.json",
    "$P/part.sh 0.jsonl 29 vqa-extract \"$SOURCE\" && vqa-merge -o out.json 0.jsonl",
  ])
  func twoRunsAtOnceAskOnceAndBothSucceed(_ recipe: String) throws {
    let slow = try StandIn(["--latency", "100ms..500ms"])
    let result = try shell(
      """
      run() { \(recipe); }
      run & sleep 0.2; run && wait $! && [ -z "$(find . -name '*.jsonl.*')" ]
      """,
      ["GOOGLE_GEMINI_BASE_URL": slow.baseURL])
    #expect(result.status == 0, "\(result)")
    #expect(try slow.stats().requests == 29)
    #expect(try scratch.read("out.json") == plainResult())
  }

  /// What can go wrong with the source: it is not there, it ends early with a
  /// failure, it ends early with none, it is empty.
  private static let brokenExtracts = [
    "exit 2",
    "case \"$*\" in *--count*) echo 20 ;; *) echo '{\"id\":\"train/0\"}'; exit 2 ;; esac",
    "case \"$*\" in *--count*) echo 20 ;; *) echo '{\"id\":\"train/0\"}' ;; esac",
    "case \"$*\" in *--count*) echo 20 ;; *) kill -9 $$ ;; esac",
    // It is there and has no rows.
    "case \"$*\" in *--count*) echo 0 ;; esac",
  ]

  @Test(
    arguments: [
      "$P/xargs.sh x out.json", "$P/parallel.sh x out.json", "$P/vqa-rad.sh",
      "SLURM_ARRAY_TASK_COUNT=1 SLURM_ARRAY_TASK_ID=0 $P/slurm.sh",
      "$P/part.sh parts/0.jsonl 20 vqa-extract x", "make -s -f $P/Makefile test.json",
    ], brokenExtracts)
  func aSourceThatBreaksLeavesTheOldResult(_ recipe: String, _ extract: String) throws {
    try fake("vqa-extract", extract)
    let kept = ["out.json", "vqa_rad_gemini_train.json"]
    for name in kept { try scratch.write("{}", to: name) }
    let result = try shell("mkdir -p parts; \(recipe)")
    #expect(result.status != 0 && result.status != 1, "\(result)")
    for name in kept { #expect(try scratch.read(name) == Data("{}".utf8), "\(result)") }
    #expect(!FileManager.default.fileExists(atPath: scratch.path("test.json")))
    #expect(try scratch.list("parts").filter { $0.hasSuffix(".jsonl") } == [])
  }

  private func task(_ id: Int, of count: Int, _ variables: [String: String] = [:]) throws
    -> CommandResult
  {
    try shell(
      "$P/slurm.sh",
      [
        "SLURM_ARRAY_TASK_COUNT": "\(count)", "SLURM_ARRAY_TASK_ID": "\(id)", "ROWS": "10",
        "SLURM_JOB_ID": "7", "VQA_GEMINI_OPTIONS": "",
      ].merging(variables) { $1 })
  }

  @Test func theTasksOfAnArrayAreTheWholeHoweverTheyAreSubmitted() throws {
    // Two in one submission, the others in another, and one too many.
    for (id, count) in [(1, 2), (3, 2), (0, 1), (2, 1)] {
      let result = try task(id, of: count)
      #expect(result.status == 0, "\(result)")
    }
    let merged = try shell("vqa-merge --expect 29 -o merged.json parts/*.jsonl")
    #expect(merged.status == 0, "\(merged)")
    #expect(try scratch.read("merged.json") == plainResult())
  }

  @Test func aQuotaThatCannotBeSharedIsRefused() throws {
    let result = try task(0, of: 8, ["RPM": "5"])
    #expect(result.status == 2, "\(result)")
    #expect(result.errors.contains("RPM=5 cannot be shared by 8 tasks"), "\(result)")
  }

  @Test func aTaskThatIsStoppedByTheQuotaIsRequeued() throws {
    try fake("scontrol", "echo \"$@\" >> requeued")
    let result = try task(0, of: 1, ["VQA_GEMINI_OPTIONS": "--max-requests 3"])
    #expect(result.status == 75, "\(result)")
    #expect(try scratch.read("requeued") == Data("requeue 7\n".utf8))
    // It goes on from what it has.
    let again = try task(0, of: 1)
    #expect(again.status == 0, "\(again)")
    #expect(try standIn.stats().requests == 10)
  }

  @Test func submittingAgainSubmitsWhatIsMissing() throws {
    try fake("sbatch", "echo \"$@\" >> submitted; echo 11")
    #expect(try task(1, of: 1).status == 0)
    let submit = "ROWS=10 AT_ONCE=2 $P/slurm.sh submit out.json"
    let first = try shell(submit)
    #expect(first.status == 0, "\(first)")
    let lines = String(decoding: try scratch.read("submitted"), as: UTF8.self)
    #expect(lines.contains("--array=0,2%2"), "\(lines)")
    #expect(lines.contains("--dependency=afterok:11"), "\(lines)")
    #expect(lines.contains("vqa-merge --expect 29"), "\(lines)")
    // Parts of another size do not go with these.
    let other = try shell("ROWS=7 $P/slurm.sh submit out.json")
    #expect(other.status == 2, "\(other)")
  }

  /// Parts for `--per-image`: more and fewer of them than pictures.
  @Test(arguments: [1, 3, 8, 40])
  func splittingKeepsTheQuestionsAboutAPictureTogether(_ parts: Int) throws {
    let result = try shell(
      """
      vqa-extract '\(Sample.train)' | vqa-hash > rows.jsonl
      echo '{"id":"x/1","question":"a\tb é \\"image_hash\\":\\"\\"","error":{"stage":"s","code":"c"}}' >> rows.jsonl
      mkdir cut && $P/split-by-image.sh rows.jsonl cut/ \(parts) .rows
      """)
    #expect(result.status == 0, "\(result)")
    func lines(_ name: String) throws -> [String] {
      String(decoding: try scratch.read(name), as: UTF8.self).split(separator: "\n").map(
        String.init)
    }
    let files = try scratch.list("cut")
    #expect(files == (0..<parts).map { "000\($0).rows".suffix(9) }.map(String.init).sorted())
    let cut = try files.map { try lines("cut/\($0)") }
    #expect(try cut.joined().sorted() == lines("rows.jsonl").sorted())
    func picture(_ line: String) -> Substring? {
      line.firstMatch(of: #/"image_hash":"([0-9a-f]{32})"/#)?.output.1
    }
    // Each picture is met once: in one file, its rows next to each other.
    let pictures = cut.flatMap { file in
      file.compactMap(picture).reduce(into: [Substring]()) { if $0.last != $1 { $0.append($1) } }
    }
    #expect(pictures.count == 8 && Set(pictures).count == 8)
    if parts == 3 { #expect(cut.allSatisfy { (5...15).contains($0.count) }, "\(cut.map(\.count))") }
  }

  @Test(arguments: [
    "make -s -f $P/Makefile help", "python3 $P/spark.py --help", "$P/split-by-image.sh --help",
  ])
  func recipesThatAreNoShellHaveHelpToo(_ command: String) throws {
    let help = try shell(command)
    #expect(help.status == 0, "\(help)")
    #expect(help.output.contains("Reads   ") && help.output.contains("Writes  "), "\(help)")
  }

  @Test(arguments: ["part", "xargs", "parallel", "slurm", "vqa-rad", "split-by-image"])
  func everyRecipeHasHelp(_ recipe: String) throws {
    let help = try shell("$P/\(recipe).sh --help")
    #expect(help.status == 0, "\(help)")
    #expect(help.output.contains("usage: \(recipe).sh"), "\(help)")
    let wide = help.lines.filter { $0.count > 100 }
    #expect(wide.isEmpty, "\(wide)")
  }
}
