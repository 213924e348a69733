import Foundation
import TestSupport
import Testing

/// The built tool on data sets of a Hub on loopback.
struct ExtractFromHubTests {
  private let cache: Scratch

  init() throws { cache = try Scratch("cache") }

  private func extract(
    _ server: HubServer, _ arguments: [String], offline: Bool = false
  ) throws -> CommandResult {
    var command = Command.tool("vqa-extract", arguments)
    command.environment = [
      "HF_ENDPOINT": server.endpoint, "HF_HOME": cache.url.path,
      "HF_HUB_OFFLINE": offline ? "1" : "0",
    ]
    command.directory = cache.url
    return try command.run()
  }

  /// Three shards of two rows, a card with configurations, CSV and a zip file.
  private func served(_ faults: [String] = []) throws -> HubServer {
    let server = try HubServer(faults)
    let made = try Python.script(
      "Tests/HubTests/make_hub_files.py", [server.scratch.path("root")]
    ).run()
    try #require(made.status == 0, "\(made)")
    return server
  }

  private func downloads(_ server: HubServer) throws -> Int {
    try server.log().filter { $0.method == "GET" && $0.path.contains("train-0000") }.count
  }

  @Test func aFileIsFetchedWhenItsTurnComes() throws {
    let server = try served()
    let first = try extract(server, ["owner/shards", "--split", "train", "--limit", "1"])
    #expect(first.status == 0, "\(first)")
    #expect(try downloads(server) == 1)
    let part = try extract(
      server, ["owner/shards", "--split", "train", "--offset", "1", "--limit", "2"])
    #expect(part.lines.count == 2)
    #expect(try downloads(server) == 2)
    let count = try extract(server, ["owner/shards", "--split", "train", "--count"])
    #expect(count.output == "6\n", "\(count)")
  }

  /// The worst that could happen is a third of the rows and status 0.
  @Test(arguments: [true, false])
  func aShardThatIsNotInTheCacheIsAnErrorOffline(_ hasList: Bool) throws {
    let server = try served()
    let first = try extract(server, ["owner/shards", "--split", "train", "--limit", "1"])
    #expect(first.status == 0)
    if !hasList {
      try FileManager.default.removeItem(
        atPath: cache.path("hub/datasets--owner--shards/.vqa"))
    }
    let offline = try extract(server, ["owner/shards", "--split", "train"], offline: true)
    #expect(offline.status == 2, "\(offline)")
    #expect(offline.errors.contains("00001-of-00003"), "\(offline)")
  }

  @Test func configurationsSplitsAndFormatsAreThoseOfAClone() throws {
    let server = try served()
    let clone = server.scratch.path("root/owner/mixed/main")
    for arguments in [
      ["--config", "rows"], ["--config", "lines", "--split", "validation"], ["--config", "array"],
      ["--config", "zipped", "--images", "pictures.zip"], [],
      ["--config", "rows", "--split", "dev"],
      ["--config", "none"], ["--config", "broken"],
    ] {
      let remote = try extract(server, ["owner/mixed"] + arguments)
      let local = try extract(server, [clone] + arguments)
      #expect(remote.status == local.status, "\(remote)\n\(local)")
      // From a clone the paths of pictures are given, from the Hub the bytes.
      let ids = { (result: CommandResult) in
        result.lines.map { $0.prefix { $0 != "?" } }
      }
      #expect(ids(remote) == ids(local), "\(remote)\n\(local)")
      if remote.status == 2 {
        #expect(
          remote.errors.replacing("owner/mixed", with: clone) == local.errors, "\(arguments)")
      } else {
        #expect(!remote.lines.isEmpty)
        #expect(remote.lines.allSatisfy { $0.contains(#""bytes":"#) }, "\(remote)")
      }
    }
  }

  /// Whoever copies an address from the browser wants what it shows, and not
  /// the whole data set.
  @Test(arguments: [
    ("owner/shards/blob/main/data/train-00001-of-00003.parquet", [], ["train/0", "train/1"]),
    (
      "owner/shards/resolve/main/data/test-00000-of-00001.parquet?download=true", [],
      ["test/0", "test/1"]
    ),
    ("owner/shards/tree/main/data", ["--split", "test"], ["test/0", "test/1"]),
    ("owner/shards/viewer/default/test", [], ["test/0", "test/1"]),
    ("owner/mixed/viewer/rows/val", [], ["val/0"]),
    ("owner/mixed/tree/main/lines", [], ["validation/0"]),
    ("owner/mixed/raw/main/rows.csv", [], ["train/0"]),
    ("owner/mixed/blob/main/array.json", [], ["train/0", "train/1"]),
    ("owner/mixed/blob/main/zipped.json", ["--images", "pictures.zip"], ["train/0"]),
  ])
  func anAddressOfAPartIsThatPart(
    _ address: String, _ arguments: [String], _ ids: [String]
  ) throws {
    let server = try served()
    let result = try extract(server, ["https://huggingface.co/datasets/\(address)"] + arguments)
    #expect(result.status == 0, "\(result)")
    let found = result.lines.compactMap { $0.firstMatch(of: #/"id":"([^"]*)"/#)?.output.1 }
    #expect(found.map(String.init) == ids, "\(result)")
    #expect(result.lines.allSatisfy { $0.contains(#""bytes":"#) })
  }

  @Test func anAddressThatNamesNothingIsRefused() throws {
    let server = try served()
    let result = try extract(server, ["https://hf.co/datasets/owner/shards/blob/main/data/no.csv"])
    #expect(result.status == 2)
    #expect(
      result.errors.contains("owner/shards: there is no file or folder data/no.csv"), "\(result)")
  }

  @Test func theConversionHasItsSplitsAndRefusesAPart() throws {
    let server = try served()
    let part = try extract(server, ["owner/converted", "--split", "train"])
    #expect(part.status == 2)
    #expect(part.errors.contains("partial-train"), "\(part)")
    let whole = try extract(server, ["owner/converted", "--split", "testmini"])
    #expect(whole.lines.count == 2, "\(whole)")
    let none = try extract(server, ["owner/nothing"])
    #expect(none.status == 2)
    #expect(none.errors.contains("no Parquet conversion"), "\(none)")
  }

  @Test(arguments: ["../../../../pwned", "..", "../blobs/0", "/etc", "a//b", ""])
  func aRevisionStaysInTheCache(_ revision: String) throws {
    let server = try served()
    let result = try extract(server, ["owner/shards", "--revision", revision])
    #expect(result.status == 64, "\(result)")
    #expect(try server.log().isEmpty)
  }

  /// Ten processes on an empty cache: none finds a link that leads nowhere.
  @Test(.timeLimit(.minutes(15)))
  func processesShareAnEmptyCache() throws {
    let server = try served()
    for round in 0..<4 {
      try? FileManager.default.removeItem(atPath: cache.path("hub"))
      var command = Command.tool("vqa-extract", ["owner/shards", "--split", "train"])
      command.environment = ["HF_ENDPOINT": server.endpoint, "HF_HOME": cache.url.path]
      let running = try (0..<10).map { _ in try command.start() }
      let results = try running.map { try $0.finish() }
      for result in results {
        #expect(result.status == 0 && result.lines.count == 6, "\(round): \(result)")
      }
    }
  }

  /// A signal that comes just before the wait for another process's download.
  @Test(.timeLimit(.minutes(15)))
  func aSignalEndsTheWaitForAnotherDownload() throws {
    let server = try served()
    let library = try PreloadedLibrary(
      """
      #include <errno.h>
      #include <signal.h>
      #include <stdio.h>
      #include <string.h>
      #include <sys/file.h>
      #include <unistd.h>
      int flock(int file, int operation) {
        static int calls;
        char link[32], path[4096] = "";
        snprintf(link, sizeof link, "/proc/self/fd/%d", file);
        if (readlink(link, path, sizeof path - 1) < 0 || !strstr(path, "/.locks/")) return 0;
        if (calls++ == 0) raise(SIGINT);
        errno = EWOULDBLOCK;
        while (!(operation & LOCK_NB)) pause();
        return -1;
      }
      """, in: cache)
    var command = Command.tool("vqa-extract", ["owner/shards", "--split", "train"])
    command.environment = [
      "HF_ENDPOINT": server.endpoint, "HF_HOME": cache.url.path, "LD_PRELOAD": library.path,
    ]
    command.timeLimit = 60
    let result = try command.run()
    #expect(result.status == 130 && result.stdout.isEmpty, "\(result)")
  }

  @Test(.timeLimit(.minutes(15)))
  func aSizeThatIsTooSmallIsNoEndlessDownload() throws {
    let server = try served(["short-size"])
    let result = try extract(server, ["owner/shards", "--split", "train"])
    #expect(result.status == 2)
    #expect(result.errors.contains("longer than the"), "\(result)")
    #expect(try downloads(server) <= 2)
  }
}
