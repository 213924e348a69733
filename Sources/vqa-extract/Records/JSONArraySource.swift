import Shared

/// The objects of a JSON array, such as the original VQA-RAD of its OSF
/// project. Read as a whole.
final class JSONArraySource: JSONObjectSource {
  private var left: ArraySlice<JSONValue>

  /// - Parameter split: of the OSF original, only the objects of this split.
  init(_ text: consuming TextLines, name: String, split: String) throws(ToolError) {
    let objects = try Self.objects(text, name)
    left = objects.filter { OSFSplit.of($0) ?? split == split }[...]
  }

  /// The objects that were found elsewhere.
  init(_ objects: [JSONValue]) { left = objects[...] }

  func skip(_ count: Int) -> Int {
    let step = min(count, left.count)
    left = left.dropFirst(step)
    return step
  }

  func next() -> JSONValue? { left.popFirst() }

  private static func objects(
    _ text: consuming TextLines, _ name: String
  ) throws(ToolError) -> [JSONValue] {
    let array = try text.json(name)
    guard let elements = array.elements else { throw ToolError("\(name): not a JSON array") }
    for (index, element) in elements.enumerated() where element.kind != .object {
      throw ToolError("\(name): element \(index) is not an object")
    }
    return elements
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
    let array = try TextLines(path: path, encoding: encoding).json(path)
    let told = Set((array.elements ?? []).compactMap(of))
    return ["train", "test"].filter(told.contains)
  }
}
