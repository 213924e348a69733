import Foundation
import TestSupport
import Testing

@testable import DataFiles

/// The files of splits, against `datasets` over generated trees.
struct DataFilesTests {
  private struct Case: Decodable {
    let paths: [String]
    let card: String?
    let config: String?
    let splits: [[Part]]?

    /// A split's name, or its paths.
    enum Part: Decodable, Equatable {
      case name(String)
      case paths([String])

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let name = try? container.decode(String.self) {
          self = .name(name)
        } else {
          self = .paths(try container.decode([String].self))
        }
      }
    }
  }

  /// As a folder is walked: in no order.
  private static func resolve(_ test: Case) throws -> [[Case.Part]]? {
    var card = Card()
    if let text = test.card { try card.read(text, of: "README.md") }
    let files = try DataFiles(
      paths: test.paths.reversed() + (test.card == nil ? [] : ["README.md"]), card: card,
      configuration: test.config)
    // That shards are missing is another test's matter.
    return files.splits.filter { !$0.paths.isEmpty }.map { [.name($0.name), .paths($0.paths)] }
  }

  @Test(.timeLimit(.minutes(15)))
  func takesTheFilesThatDatasetsTakes() throws {
    let scratch = try Scratch()
    let made = try Python.script("Tests/DataFilesTests/oracle/splits.py", [scratch.url.path]).run()
    try #require(made.status == 0, "\(made)")
    let cases = try JSONDecoder().decode([Case].self, from: made.stdout)
    #expect(cases.count > 200)
    for (number, test) in cases.enumerated() {
      let found = try? Self.resolve(test)
      let isSame = found?.isEmpty == false ? found == test.splits : test.splits == nil
      #expect(
        isSame, "\(number): \(test)\nfound \(String(describing: found))")
    }
  }
}
