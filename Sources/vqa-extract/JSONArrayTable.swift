import Shared

/// The objects of a JSON array, such as the original VQA-RAD of its OSF project. Read as a whole.
struct JSONArrayTable: Table {
  private var left: ArraySlice<JSONValue>
  private var members: JSONMembers?

  init(_ file: DataFile, _ options: ReadOptions) throws(ToolError) {
    let objects = try JSONArrayTable.objects(of: file.path)
    left = objects.filter { JSONArrayTable.split(of: $0) ?? file.split == file.split }[...]
    guard let first = left.first else { return }
    do throws(ToolError) {
      members = try JSONMembers(first, file, options)
    } catch {
      throw ToolError("\(file.name): \(error)")
    }
  }

  mutating func skip(_ count: Int) throws(ToolError) -> Int {
    let step = min(count, left.count)
    left = left.dropFirst(step)
    return step
  }

  mutating func appendNext(to line: inout [UInt8]) throws(ToolError) -> NextRow {
    guard let members, let next = left.popFirst() else { return .none }
    return members.append(next, to: &line)
  }

  /// The splits that the objects of the file at `path` say they are of, none if they do not.
  static func splits(of path: String) throws(ToolError) -> [String] {
    let told = Set(try objects(of: path).compactMap(split(of:)))
    return ["train", "test"].filter(told.contains)
  }

  /// VQA-RAD marks the questions of its test split by a `phrase_type` such as `test_freeform`.
  private static func split(of object: JSONValue) -> String? {
    object["phrase_type"]?.string.map { $0.hasPrefix("test") ? "test" : "train" }
  }

  private static func objects(of path: String) throws(ToolError) -> [JSONValue] {
    let text = try wholeText(of: path)
    let name = path == "-" ? "<stdin>" : path
    let array: JSONValue
    do throws(JSONError) {
      array = try JSONValue(parsing: text)
    } catch {
      throw ToolError("\(name): not JSON: \(error)")
    }
    guard let elements = array.elements else { throw ToolError("\(name): not a JSON array") }
    for (index, element) in elements.enumerated() where element.kind != .object {
      throw ToolError("\(name): element \(index) is not an object")
    }
    return elements
  }

  private static func wholeText(of path: String) throws(ToolError) -> [UInt8] {
    var reader = try LineReader(operands: [path])
    var text: [UInt8] = []
    while let line = try reader.next() {
      guard !line.isTooLong else { throw ToolError("\(path): longer than can be read") }
      text += line.text
      text.append(0x0A)
    }
    text.removeByteOrderMark()
    return text
  }
}

extension [UInt8] {
  /// Takes U+FEFF away from the start of UTF-8, which some editors of other systems put there.
  mutating func removeByteOrderMark() {
    if starts(with: [0xEF, 0xBB, 0xBF]) { removeFirst(3) }
  }
}
