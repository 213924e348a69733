import Foundation
import TestSupport

/// Rows as vqa-gemini writes them, to be varied by a test.
struct TestRow {
  var id: String? = "train/0"
  var split = "train"
  var row: Int? = 0
  var question = "Is it?"
  var image = "aa"
  var path: String?
  var size = "[566,555]"
  var answer: String? = "Yes. Explanation: it is."
  var error: String?

  /// The row of that number on an image.
  init(_ row: Int, image: String = "aa", split: String = "train") {
    self.id = "\(split)/\(row)"
    self.split = split
    self.row = row
    self.image = image
    question = "Question \(row)?"
  }

  /// The row with one thing changed.
  func with<Value>(_ path: WritableKeyPath<TestRow, Value>, _ value: Value) -> TestRow {
    var copy = self
    copy[keyPath: path] = value
    return copy
  }

  /// The row as one that vqa-gemini gave up.
  var failed: TestRow { with(\.answer, nil).with(\.error, "blocked") }

  /// One line, without its line feed.
  var line: String {
    var members: [String] = []
    if let id { members.append("\"id\":\"\(id)\"") }
    members.append("\"split\":\"\(split)\"")
    if let row { members.append("\"row\":\(row)") }
    members.append("\"question\":\"\(question)\",\"answer\":\"Yes\"")
    members.append("\"image_hash\":\"\(image)\",\"image_path\":\"\(path ?? "i/\(image).png")\"")
    members.append("\"image_size\":\(size)")
    if let answer { members.append("\"descriptive_answer\":\"\(answer)\"") }
    if let error {
      members.append(
        "\"error\":{\"stage\":\"vqa-gemini\",\"code\":\"\(error)\",\"message\":\"no\"}")
    }
    return "{" + members.joined(separator: ",") + "}"
  }
}

/// A file's text of rows.
func lines(_ rows: TestRow...) -> String { rows.map { $0.line + "\n" }.joined() }

/// Runs the built tool.
func merge(
  _ arguments: [String] = [], input: String = "", environment: [String: String] = [:]
) throws -> CommandResult {
  var command = Command.tool("vqa-merge", arguments)
  command.environment = environment
  return try command.run(input: input)
}

/// What Python writes for the same files.
func oracle(_ arguments: [String]) throws -> CommandResult {
  try Python.script("Tests/MergeTests/oracle/merge.py", arguments).run()
}
