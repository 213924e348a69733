import Foundation
import TestSupport
import Testing

/// Each recipe in `pipelines/` gives what the plain pipeline gives.
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
    var command = Command.shell(script)
    command.directory = scratch.url
    command.environment = [
      "GEMINI_API_KEY": StandIn.defaultKey, "GOOGLE_GEMINI_BASE_URL": standIn.baseURL,
      "XDG_CACHE_HOME": scratch.path("cache"), "XDG_STATE_HOME": scratch.path("state"),
    ].merging(variables) { $1 }
    return try command.run()
  }

  private func plainResult() throws -> Data {
    let plain = try shell("vqa-extract '\(Sample.train)' | vqa-hash | vqa-gemini | vqa-merge")
    try #require(plain.status == 0, "\(plain)")
    return plain.stdout
  }

  @Test func makeBuildsTheSplit() throws {
    let make = "make -s -f \(pipelines)/Makefile SOURCE='\(Sample.train)' train.json"
    let result = try shell(make)
    #expect(result.status == 0, "\(result)")
    #expect(try scratch.read("train.json") == plainResult())
    // Nothing is out of date now.
    let asked = try standIn.stats().requests
    #expect(try shell(make).status == 0)
    #expect(try standIn.stats().requests == asked)
  }

  @Test func parallelKeepsTheOrder() throws {
    let result = try shell("\(pipelines)/parallel.sh '\(Sample.train)'")
    #expect(result.status == 0, "\(result)")
    #expect(try result.stdout == plainResult())
  }

  @Test func theTasksOfAnArrayAreTheWhole() throws {
    for task in 0..<3 {
      let result = try shell(
        "\(pipelines)/slurm.sh",
        [
          "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_ID": "\(task)",
          "SOURCE": Sample.train, "TOTAL": "\(try rowCount())",
        ])
      #expect(result.status == 0, "\(result)")
    }
    let merged = try shell("vqa-merge parts/*.jsonl")
    #expect(merged.status == 0, "\(merged)")
    #expect(try merged.stdout == plainResult())
  }

  private func rowCount() throws -> Int {
    try shell("vqa-extract -q '\(Sample.train)'").lines.count
  }
}
