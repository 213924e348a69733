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

  /// Where the files are on disk whose names begin so.
  private func files(
    _ hub: Hub, _ name: String, prefix: String = "data/train"
  ) throws -> [String] {
    let dataset = try #require(HubDataset(name))
    let snapshot = try hub.snapshot(of: dataset)
    return try snapshot.paths.filter { $0.hasPrefix(prefix) }.sorted().map { try snapshot.file($0) }
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
      "data/test-00000-of-00001.parquet: checksum mismatch: not the bytes that the Hub lists"
    ) { try files(hub(server), "owner/set", prefix: "data/test") }
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

  @Test func theHubsConversionIsABranch() throws {
    let server = try HubServer()
    let conversion = Hub.conversion(of: try #require(HubDataset("owner/images")))
    #expect(
      try hub(server).snapshot(of: conversion).paths == ["default/train/0000.parquet"])
  }

  /// Offline the list of files is the one that the Hub gave, so that a file
  /// that is not in the cache is missed and not left out.
  @Test func aFileThatIsNotInTheCacheIsMissedOffline() throws {
    let server = try HubServer()
    #expect(try files(hub(server), "owner/set", prefix: "data/train-00000").count == 1)
    let offline = hub(server, ["HF_HUB_OFFLINE": "1"])
    expectFailure(
      "data/train-00001-of-00002.parquet of owner/set is not in the cache, and HF_HUB_OFFLINE is set"
    ) { try files(offline, "owner/set") }
    // What Python left there has no list.
    for list in try cache.list("hub/datasets--owner--set/.vqa") {
      try FileManager.default.removeItem(
        atPath: cache.path("hub/datasets--owner--set/.vqa/\(list)"))
    }
    let snapshot = try offline.snapshot(of: #require(HubDataset("owner/set")))
    #expect(snapshot.isIncomplete)
    #expect(snapshot.paths == ["data/train-00000-of-00002.parquet"])
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
      "owner/set is not in \(cache.url.path)/hub, and HF_HUB_OFFLINE is set"
    ) { try files(hub(server, ["HF_HUB_OFFLINE": "true"]), "owner/set") }
  }
}

struct HubDatasetTests {
  @Test(arguments: [
    ("owner/set", true), ("hf://datasets/owner/set@refs/convert/parquet", true), ("set", false),
    ("../set", false), ("owner/set/x", false), ("owner/..", false), ("owner/s@../../x", false),
    ("/etc", false), ("", false), ("owner/s@..", false), ("owner/s@/x", false),
    ("https://huggingface.co/datasets/owner/set", true),
    ("https://huggingface.co/datasets/owner/set/tree/main/data", true),
    ("https://huggingface.co/datasets/owner/set/tree/../../x", false),
    ("https://huggingface.co/datasets/owner/set/tree/%2E%2E/x", false),
    ("https://huggingface.co/datasets/owner/set/blob", false),
    ("https://huggingface.co/owner/set", false), ("https://example.com/owner/set", false),
    ("huggingface.co/datasets/owner/set", true), ("huggingface.co/owner/set", false),
  ])
  func namesOfDataSets(_ text: String, _ isOne: Bool) {
    #expect((HubDataset(text) != nil) == isOne)
  }

  @Test(
    arguments: [
      ("owner/set@v1", .whole), ("hf://datasets/owner/set@refs/convert/parquet", .whole),
      ("hf://datasets/owner/set/data/a b.csv", .path("data/a b.csv")),
      ("hf://datasets/owner/set@v1/data/", .path("data")),
      ("https://hf.co/datasets/owner/set/tree/main/", .whole),
      ("https://hf.co/datasets/owner/set/tree/refs/convert/parquet/default/", .path("default")),
      ("https://hf.co/datasets/owner/set/blob/main/a%20b%25.csv", .path("a b%.csv")),
      ("https://hf.co/datasets/owner/set/resolve/v1/d/x.json?download=true", .path("d/x.json")),
      ("https://hf.co/datasets/owner/set/raw/v1/100%.csv", .path("100%.csv")),
      ("https://hf.co/datasets/owner/set/raw/v1/100%2", .path("100%2")),
      ("https://hf.co/datasets/owner/set/viewer", .whole),
      ("https://hf.co/datasets/owner/set/viewer/a", .view(configuration: "a", split: nil)),
      (
        "https://hf.co/datasets/owner/set/viewer/a/test?row=3",
        .view(configuration: "a", split: "test")
      ),
    ] as [(String, HubDataset.Part)])
  func partsOfAddresses(_ text: String, _ part: HubDataset.Part) throws {
    #expect(try #require(HubDataset(text)).part == part)
  }

  @Test(arguments: [
    ("owner/set", "main"), ("hf://datasets/owner/set@v1", "v1"),
    ("https://huggingface.co/datasets/owner/set/", "main"),
    ("https://huggingface.co/datasets/owner/set?row=3", "main"),
    ("https://huggingface.co/datasets/owner/set/tree/v1.0", "v1.0"),
    ("https://huggingface.co/datasets/owner/set/viewer/default/train", "main"),
    (
      "https://huggingface.co/datasets/owner/set/tree/refs%2Fconvert%2Fparquet/default",
      "refs/convert/parquet"
    ),
    ("https://hf.co/datasets/owner/set/tree/refs/pr/3", "refs/pr/3"),
  ])
  func revisionsOfAddresses(_ text: String, _ revision: String) throws {
    let dataset = try #require(HubDataset(text))
    #expect(dataset.name == "owner/set")
    #expect(dataset.revision == revision)
  }
}
