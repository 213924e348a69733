import Foundation
import TestSupport
import Testing

/// The whole job as a shell runs it, on the sample, against the stand-in.
struct PipelineTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch("pipeline") }

  private func shell(_ script: String, _ standIn: StandIn) throws -> CommandResult {
    var command = Command.shell(script)
    command.directory = scratch.url
    command.environment = [
      "GEMINI_API_KEY": StandIn.defaultKey, "GOOGLE_GEMINI_BASE_URL": standIn.baseURL,
      "XDG_CACHE_HOME": scratch.path("cache"), "XDG_STATE_HOME": scratch.path("state"),
    ]
    return try command.run()
  }

  @Test func theMergedJSONIsWhatPythonMakesOfTheSameRows() throws {
    let standIn = try StandIn()
    let result = try shell(
      """
      vqa-extract '\(Sample.train)' '\(Sample.test)' | vqa-hash | vqa-gemini | tee rows.jsonl |
        vqa-merge > ours.json
      """, standIn)
    #expect(result.status == 0, "\(result)")
    let python = try Python.script(
      "Tests/oracle/merge_rows.py", [scratch.path("rows.jsonl"), scratch.path("theirs.json")]
    ).run()
    #expect(python.status == 0, "\(python)")
    #expect(try scratch.read("ours.json") == scratch.read("theirs.json"))
    // Pillow sees in every file the pixels that its name says.
    let pixels = try Python.script("Tests/oracle/check_pixels.py", [scratch.path("ours.json")])
    var check = pixels
    check.directory = scratch.url
    let checked = try check.run()
    #expect(checked.status == 0, "\(checked)")
  }

  @Test func aSecondRunAsksNothingAndGivesTheSameBytes() throws {
    let standIn = try StandIn()
    let script = "vqa-extract '\(Sample.train)' | vqa-hash | vqa-gemini"
    let first = try shell(script, standIn)
    #expect(first.status == 0, "\(first)")
    let asked = try standIn.stats().requests
    let second = try shell(script, standIn)
    #expect(second.stdout == first.stdout)
    #expect(try standIn.stats().requests == asked)
  }

  @Test func theFailedLinesAloneAreRunAgain() throws {
    let bad = try StandIn(["--fault", "finish-safety share=0.3"])
    let first = try shell(
      """
      vqa-extract '\(Sample.train)' | vqa-hash | vqa-gemini -q > rows.jsonl
      echo $? ; jq -c 'select(.error)' rows.jsonl > failed.jsonl ; wc -l < failed.jsonl
      """, bad)
    #expect(first.lines.first == "1", "\(first)")
    let failures = try #require(Int(first.lines.last?.trimmingCharacters(in: .whitespaces) ?? ""))
    #expect(failures > 0)
    let good = try StandIn()
    let second = try shell(
      """
      vqa-hash failed.jsonl | vqa-gemini > mended.jsonl && cat rows.jsonl mended.jsonl |
        vqa-merge > ours.json
      """, good)
    #expect(second.status == 0, "\(second)")
    #expect(try good.stats().requests == failures)
  }
}
