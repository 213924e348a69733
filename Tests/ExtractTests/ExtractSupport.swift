import Foundation
import TestSupport
import Testing

/// Files that pyarrow made for a test, in a directory of its own.
struct MadeFiles {
  let scratch: Scratch

  init(_ name: String = #function) throws {
    scratch = try Scratch(name)
    let made = try Python.script("Tests/ExtractTests/oracle/make-files.py", [scratch.url.path])
      .run()
    try #require(made.status == 0, "\(made)")
  }

  /// Runs the tool among the files.
  func extract(_ arguments: String...) throws -> CommandResult {
    var command = Command.tool("vqa-extract", arguments)
    command.directory = scratch.url
    return try command.run()
  }

  /// The rows that a run writes, all of which must succeed.
  func rows(_ arguments: String...) throws -> [String] {
    var command = Command.tool("vqa-extract", arguments)
    command.directory = scratch.url
    let result = try command.run()
    try #require(result.status == 0, "\(result)")
    return result.lines
  }
}

/// The texts of one key's values, in the rows' order.
func values(_ key: String, _ rows: [String]) throws -> [String] {
  try rows.map { row in
    let object = try JSONSerialization.jsonObject(with: Data(row.utf8)) as? [String: Any]
    return object?[key].map { "\($0)" } ?? "(none)"
  }
}

/// What stands between a key and the next, as it is spelled.
func spelled(_ key: String, before next: String, _ rows: [String]) -> [String] {
  rows.map { row in
    guard let start = row.range(of: "\"\(key)\":"),
      let end = row.range(of: ",\"\(next)\":", range: start.upperBound..<row.endIndex)
    else { return "(none)" }
    return String(row[start.upperBound..<end.lowerBound])
  }
}
