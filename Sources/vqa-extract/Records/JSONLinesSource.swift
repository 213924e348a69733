import Shared

/// The objects of a JSON Lines file; empty lines are passed over.
final class JSONLinesSource: JSONObjectSource {
  private let name: String
  private var text: TextLines

  init(_ text: consuming TextLines, name: String) {
    self.name = name
    self.text = text
  }

  func skip(_ count: Int) throws(ToolError) -> Int {
    var left = count
    while left > 0, try nextLine() != nil { left -= 1 }
    return count - left
  }

  func next() throws(ToolError) -> JSONValue? {
    guard let line = try nextLine() else { return nil }
    guard !line.isTooLong else {
      throw ToolError("\(name):\(line.number): longer than \(LineReader.maximumLength) bytes")
    }
    do throws(JSONError) {
      let value = try PythonJSON.parse(line.text)
      if value.kind == .object { return value }
    } catch {
      throw ToolError("\(name):\(line.number): \(error)")
    }
    throw ToolError("\(name):\(line.number): not a JSON object")
  }

  private func nextLine() throws(ToolError) -> Line? {
    while let line = try text.next() {
      guard line.text.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) else { return line }
    }
    return nil
  }
}
