import Foundation
import TestSupport
import Testing

@testable import Hub

struct HubTests {
  private let cache: Scratch

  init() throws { cache = try Scratch("cache") }

  private func hub(
    _ server: HubServer, _ environment: [String: String] = [:],
    note: @escaping (String) -> Void = { _ in }
  ) -> Hub {
    let base = ["HF_ENDPOINT": server.endpoint + "/", "HF_HOME": cache.url.path]
    let settings = HubSettings(environment: base.merging(environment) { $1 }) {
      try? String(contentsOfFile: $0, encoding: .utf8)
    }
    return Hub(settings: settings, note: note) { _, _, _ in }
  }

  private func files(
    _ hub: Hub, _ name: String, split: String = "train", config: String? = nil
  ) throws -> [String] {
    let dataset = try #require(HubDataset(name))
    return try hub.parquetFiles(of: dataset, split: split, config: config).map(\.path)
  }

  private func expectFailure(_ message: String, _ body: () throws -> [String]) {
    do {
      Issue.record("got \(try body())")
    } catch {
      #expect(String(describing: error) == message)
    }
  }

  /// huggingface_hub, made to look only at the cache or at the server.
  private func python(_ code: String, _ server: HubServer, offline: Bool = false) throws
    -> CommandResult
  {
    var command = try Python.code(code)
    command.environment = [
      "HF_ENDPOINT": server.endpoint, "HF_HOME": cache.url.path,
      "HF_HUB_OFFLINE": offline ? "1" : "0", "HF_HUB_DISABLE_XET": "1",
      "HF_HUB_DISABLE_UPDATE_CHECK": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
    ]
    return try command.run()
  }

  @Test func pythonFindsWhatWasDownloadedHere() throws {
    let server = try HubServer()
    let found = try files(hub(server), "owner/set")
    #expect(found.count == 2)
    let result = try python(
      """
      import sys
      from huggingface_hub import hf_hub_download
      for number in range(2):
          print(hf_hub_download("owner/set", f"data/train-0000{number}-of-00002.parquet", repo_type="dataset"))
      """, server, offline: true)
    #expect(result.status == 0, "\(result)")
    #expect(result.lines == found)
    for (path, name) in zip(found, ["train-00000-of-00002", "train-00001-of-00002"]) {
      let content = try Data(contentsOf: URL(filePath: path))
      #expect(try content == server.content("owner/set/main/data/\(name).parquet"))
    }
  }

  @Test func whatPythonDownloadedIsNotAskedForAgain() throws {
    let server = try HubServer()
    let result = try python(
      """
      from huggingface_hub import hf_hub_download
      for number in range(2):
          print(hf_hub_download("owner/set", f"data/train-0000{number}-of-00002.parquet", repo_type="dataset"))
      """, server)
    #expect(result.status == 0, "\(result)")
    try server.forget()
    #expect(try files(hub(server), "owner/set") == result.lines)
    let asked = try server.log()
    #expect(asked.map(\.path) == ["/api/datasets/owner/set/revision/main"])
    // And without a word to anybody when told so.
    try server.forget()
    let offline = hub(server, ["HF_HUB_OFFLINE": "1"])
    #expect(try files(offline, "owner/set") == result.lines)
    #expect(try server.log().isEmpty)
  }

  @Test func aBrokenDownloadGoesOnWhereItStopped() throws {
    let server = try HubServer(["cut=2"])
    let found = try files(hub(server), "owner/set")
    let content = try Data(contentsOf: URL(filePath: found[0]))
    #expect(try content == server.content("owner/set/main/data/train-00000-of-00002.parquet"))
    let ranges = try server.log().filter { $0.who == "content" }.map(\.range)
    #expect(ranges == [nil, "bytes=150000-", "bytes=225000-"])
  }

  @Test func aServerWithoutRangesStartsOver() throws {
    let server = try HubServer(["cut=1", "no-ranges"])
    let found = try files(hub(server), "owner/set")
    let content = try Data(contentsOf: URL(filePath: found[0]))
    #expect(try content == server.content("owner/set/main/data/train-00000-of-00002.parquet"))
  }

  @Test func whatHasTheWrongHashNeverAppears() throws {
    let server = try HubServer(["wrong"])
    expectFailure(
      "data/test-00000-of-00001.parquet: what arrives has not the hash that the Hub gives"
    ) { try files(hub(server), "owner/set", split: "test") }
    let blobs = try cache.list("hub/datasets--owner--set/blobs")
    #expect(blobs.allSatisfy { $0.hasSuffix(".incomplete") })
  }

  @Test func theTokenStaysWithTheHub() throws {
    let server = try HubServer()
    expectFailure(
      "owner/gated is gated: ask for access at \(server.endpoint)/datasets/owner/gated"
        + " and set HF_TOKEN to a token of yours"
    ) { try files(hub(server), "owner/gated") }
    try cache.write("good-token\n", to: "token")
    let found = try files(hub(server), "owner/gated")
    #expect(found.count == 1)
    let log = try server.log()
    #expect(log.contains { $0.who == "content" })
    for entry in log where entry.who == "content" { #expect(!entry.token) }
  }

  @Test func theHubsConversionServesWhereThereIsNoParquet() throws {
    let server = try HubServer()
    let found = try files(hub(server), "owner/images")
    #expect(found.count == 1)
    #expect(found[0].hasSuffix("/default/train/0000.parquet"))
  }

  @Test func withoutANetworkTheCacheServes() throws {
    var notes: [String] = []
    let found: [String]
    let endpoint: String
    do {
      let server = try HubServer()
      endpoint = server.endpoint
      found = try files(hub(server), "owner/set")
    }
    // The server is gone now.
    let settings = HubSettings(
      environment: ["HF_ENDPOINT": endpoint, "HF_HOME": cache.url.path], readFile: { _ in nil })
    let hub = Hub(settings: settings, note: { notes.append($0) }) { _, _, _ in }
    #expect(try files(hub, "owner/set") == found)
    #expect(notes.count == 1)
    #expect(notes[0].hasSuffix("using the copy of owner/set in the cache"), "\(notes)")
  }

  @Test func saysWhatIsMissing() throws {
    let server = try HubServer()
    expectFailure(
      "there is no data set owner/sat on \(server.endpoint), or it is private: "
        + "check its name, or set HF_TOKEN"
    ) { try files(hub(server), "owner/sat") }
    expectFailure("owner/set has no revision 'v9'") {
      try files(hub(server), "hf://datasets/owner/set@v9")
    }
    expectFailure(
      "owner/set has no split 'dev'; its Parquet files are data/test-00000-of-00001.parquet, "
        + "data/train-00000-of-00002.parquet, data/train-00001-of-00002.parquet"
    ) { try files(hub(server), "owner/set", split: "dev") }
    expectFailure("owner/set has no configuration 'en'; it has default") {
      try files(hub(server), "owner/set", config: "en")
    }
    expectFailure(
      "owner/set is not in \(cache.url.path)/hub, and HF_HUB_OFFLINE forbids to ask the Hub"
    ) { try files(hub(server, ["HF_HUB_OFFLINE": "true"]), "owner/set") }
  }
}

struct SplitFilesTests {
  private func choose(_ paths: [String], _ split: String, _ config: String? = nil) throws
    -> [String]
  {
    try SplitFiles.choose(from: paths, split: split, config: config, in: "owner/set")
  }

  @Test func shardsComeBeforeNamesThatOnlyContainTheWord() throws {
    let paths = ["data/train-00000-of-00001.parquet", "data/train_extra.parquet"]
    #expect(try choose(paths, "train") == [paths[0]])
  }

  @Test func directoriesAndWordsCount() throws {
    #expect(try choose(["train/x.parquet", "dev/x.parquet"], "validation") == ["dev/x.parquet"])
    #expect(try choose(["my_test.parquet", "contest.parquet"], "test") == ["my_test.parquet"])
    #expect(try choose(["a.parquet", "b.parquet"], "train") == ["a.parquet", "b.parquet"])
  }

  @Test func allSplitsAreFound() {
    let shards = ["data/x-00000-of-00001.parquet", "data/test-00000-of-00001.parquet", "a.png"]
    #expect(SplitFiles.splits(in: shards) == ["test", "x"])
    #expect(SplitFiles.splits(in: ["a.parquet"]) == ["train"])
  }

  @Test func severalConfigurationsAreAsked() throws {
    let paths = ["en/train-00000-of-00001.parquet", "de/train-00000-of-00001.parquet"]
    #expect(try choose(paths, "train", "de") == [paths[1]])
    #expect(throws: HubError.self) { try choose(paths, "train") }
  }

  @Test(arguments: [
    ("owner/set", true), ("hf://datasets/owner/set@refs/convert/parquet", true), ("set", false),
    ("../set", false), ("owner/set/x", false), ("owner/..", false), ("owner/s@../../x", false),
    ("/etc", false), ("", false),
  ])
  func namesOfDataSets(_ text: String, _ isOne: Bool) {
    #expect((HubDataset(text) != nil) == isOne)
  }
}
