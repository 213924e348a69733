import Foundation
import TestSupport

/// Rows for the tool, and what it made of them.
enum HashSupport {
  static let fixtures = Command.sourceRoot.appending(path: "Tests/ImagesTests/Fixtures")

  /// The encoded bytes of a fixture of the image tests.
  static func bytes(_ fixture: String) throws -> Data {
    try Data(contentsOf: fixtures.appending(path: fixture))
  }

  /// A row that carries a fixture.
  static func row(_ number: Int, _ fixture: String) throws -> String {
    let text = try bytes(fixture).base64EncodedString()
    return #"{"id":"t/\#(number)","image":{"bytes":"\#(text)","path":"x"},"question":"q"}"#
  }

  /// Runs the tool in a directory.
  static func run(
    _ arguments: [String] = [], in scratch: Scratch, _ input: String
  ) throws -> CommandResult {
    var command = Command.tool("vqa-hash", arguments + ["--quiet"])
    command.directory = scratch.url
    return try command.run(input: input)
  }

  /// What a line says of its key.
  static func object(_ line: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
  }

  /// The code of a line's error.
  static func errorCode(_ line: String) throws -> String? {
    (try object(line)["error"] as? [String: Any])?["code"] as? String
  }
}
