import Shared

/// The objects of a JSON array, such as the original VQA-RAD of its OSF
/// project.
final class JSONArraySource: JSONObjectSource {
  private var elements: JSONElements
  private let split: String

  /// - Parameter split: of the OSF original, only the objects of this split.
  init(_ elements: consuming JSONElements, split: String) {
    self.elements = elements
    self.split = split
  }

  func next() throws(ToolError) -> JSONValue? {
    while let object = try elements.next() {
      if OSFSplit.of(object) ?? split == split { return object }
    }
    return nil
  }

  func skip(_ count: Int) throws(ToolError) -> Int {
    var left = count
    while left > 0, try next() != nil { left -= 1 }
    return count - left
  }
}

/// Objects in memory.
final class JSONObjects: JSONObjectSource {
  private var left: ArraySlice<JSONValue>

  init(_ objects: [JSONValue]) { left = objects[...] }

  func next() -> JSONValue? { left.popFirst() }

  func skip(_ count: Int) -> Int {
    let step = min(count, left.count)
    left = left.dropFirst(step)
    return step
  }
}

/// VQA-RAD's original marks the questions of its test split by a
/// `phrase_type` such as `test_freeform`.
enum OSFSplit {
  /// The split that an object says it is of; nil if it does not.
  static func of(_ object: JSONValue) -> String? {
    object["phrase_type"]?.string.map { $0.hasPrefix("test") ? "test" : "train" }
  }

  /// The splits of the file at `path`, if it is such a file, else none.
  static func all(inFileAt path: String, encoding: String?) throws(ToolError) -> [String] {
    // Looked for before all of it is read.
    guard try SmallFile.start(of: path).contains("phrase_type".utf8) else { return [] }
    var elements = try JSONElements(path: path, encoding: encoding, name: path)
    var told: Set<String> = []
    while told.count < 2, let object = try elements.next() {
      if let split = of(object) { told.insert(split) }
    }
    return ["train", "test"].filter(told.contains)
  }
}
