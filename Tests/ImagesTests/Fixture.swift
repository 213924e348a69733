import Foundation
import Testing

/// A picture of `Fixtures/` and what `datasets` and Pillow make of it, as
/// `make-fixtures.py` wrote it down.
struct Fixture: Decodable, CustomTestStringConvertible, Sendable {
  let file: String
  /// Pillow's mode, nil where Pillow fails.
  let mode: String?
  let size: [Int]?
  let md5: String?
  /// The MD5 of `convert("RGB")`.
  let rgb: String?
  /// Pillow's words where it fails.
  let error: String?

  var testDescription: String { file }

  /// The file's content.
  func bytes() throws -> [UInt8] {
    Array(try Data(contentsOf: Self.directory.appending(path: file)))
  }

  static let directory = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")

  /// All of them; an empty list, which a test refuses, if they cannot be read.
  static let all: [Fixture] = {
    let lines =
      (try? String(contentsOf: directory.appending(path: "expected.jsonl"), encoding: .utf8)) ?? ""
    return lines.split(separator: "\n").dropFirst().compactMap {
      try? JSONDecoder().decode(Fixture.self, from: Data($0.utf8))
    }
  }()
}
