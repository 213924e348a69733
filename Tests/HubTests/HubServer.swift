import Foundation
import TestSupport

/// `Tests/oracle/hub_server.py` under way, with a data set in it.
final class HubServer: @unchecked Sendable {
  // Set by `init` alone.
  private let process = Process()
  private let input = Pipe()
  let scratch: Scratch
  let endpoint: String

  /// One request, as the server's log has it.
  struct Entry: Decodable {
    let who: String
    let method: String
    let path: String
    let range: String?
    let token: Bool
    let status: Int
  }

  init(_ faults: [String] = []) throws {
    scratch = try Scratch("hub")
    let files = [
      "owner/set/main/README.md": Data("# a data set\n".utf8),
      "owner/set/main/data/train-00000-of-00002.parquet": HubServer.bytes(300_000, 1),
      "owner/set/main/data/train-00001-of-00002.parquet": HubServer.bytes(200, 2),
      "owner/set/main/data/test-00000-of-00001.parquet": HubServer.bytes(5_000, 3),
      "owner/images/main/train/a.png": HubServer.bytes(100, 4),
      "owner/images/refs%2Fconvert%2Fparquet/default/train/0000.parquet": HubServer.bytes(7_000, 5),
      "owner/gated/main/data/train-00000-of-00001.parquet": HubServer.bytes(9_000, 6),
      "owner/gated/gated": Data(),
    ]
    for (name, content) in files { try scratch.write(content, to: "root/\(name)") }
    process.executableURL = URL(filePath: try Python.interpreter())
    process.arguments =
      [
        Command.sourceRoot.appending(path: "Tests/oracle/hub_server.py").path,
        scratch.path("root"), scratch.path("port"), scratch.path("log"),
      ] + faults
    process.standardInput = input
    try process.run()
    try? input.fileHandleForReading.close()
    let deadline = Date(timeIntervalSinceNow: 30)
    while !FileManager.default.fileExists(atPath: scratch.path("port")), Date() < deadline {
      usleep(5_000)
    }
    endpoint = "http://127.0.0.1:\(String(decoding: try scratch.read("port"), as: UTF8.self))"
  }

  deinit {
    // It serves as long as its standard input is open.
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// What was asked so far.
  func log() throws -> [Entry] {
    guard let text = try? scratch.read("log") else { return [] }
    return try text.split(separator: 0x0A).map { try JSONDecoder().decode(Entry.self, from: $0) }
  }

  func forget() throws { try scratch.write("", to: "log") }

  /// What a file of the data set holds.
  func content(_ path: String) throws -> Data { try scratch.read("root/\(path)") }

  /// Bytes that look like nothing in particular.
  private static func bytes(_ count: Int, _ seed: UInt64) -> Data {
    var state = seed
    return Data(
      (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
      })
  }
}
