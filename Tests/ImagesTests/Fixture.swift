import Foundation
import Testing

/// A picture of `Fixtures/` or `Bitmaps/` and what `datasets` and Pillow make
/// of it, as `make-fixtures.py` and `make-bitmaps.py` recorded it.
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
    let isOfFixtures = ["jpg", "png", "webp", "txt"].contains { file.hasSuffix($0) }
    let folder = isOfFixtures || file.hasPrefix("other.") ? "Fixtures" : "Bitmaps"
    return Array(try Data(contentsOf: Self.directory.appending(path: "\(folder)/\(file)")))
  }

  private static let directory = URL(filePath: #filePath).deletingLastPathComponent()

  /// All of them; an empty list, which a test refuses, if they cannot be read.
  static let all: [Fixture] = ["Fixtures", "Bitmaps"].flatMap { folder in
    let list = directory.appending(path: "\(folder)/expected.jsonl")
    let lines = (try? String(contentsOf: list, encoding: .utf8)) ?? ""
    return lines.split(separator: "\n").dropFirst().compactMap {
      try? JSONDecoder().decode(Fixture.self, from: Data($0.utf8))
    }
  }
}
