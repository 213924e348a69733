import Shared

/// The objects of a JSON Lines file; empty lines are passed over.
final class JSONLinesTable: Table {
  private let name: String
  private var reader: LineReader
  /// The first object, which has told the columns and is still to be given.
  private var pending: JSONValue?
  private var members: JSONMembers?

  init(_ file: DataFile, _ options: ReadOptions) throws(ToolError) {
    name = file.name
    reader = try LineReader(operands: [file.path])
    guard let line = try nextLine(withoutMark: true) else { return }
    let first = try parse(line)
    pending = first
    do throws(ToolError) {
      members = try JSONMembers(first, file, options)
    } catch {
      throw ToolError("\(name): \(error)")
    }
  }

  func skip(_ count: Int) throws(ToolError) -> Int {
    var left = count
    if left > 0, pending != nil {
      pending = nil
      left -= 1
    }
    while left > 0, try nextLine() != nil { left -= 1 }
    return count - left
  }

  func appendNext(to line: inout [UInt8]) throws(ToolError) -> NextRow {
    guard let members else { return .none }
    if let first = pending.take() { return members.append(first, to: &line) }
    guard let next = try nextLine() else { return .none }
    return members.append(try parse(next), to: &line)
  }

  private func nextLine(withoutMark: Bool = false) throws(ToolError) -> Line? {
    while var line = try reader.next() {
      if withoutMark { line.text.removeByteOrderMark() }
      guard line.text.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) else { return line }
    }
    return nil
  }

  private func parse(_ line: Line) throws(ToolError) -> JSONValue {
    guard !line.isTooLong else {
      throw ToolError("\(name):\(line.number): longer than \(LineReader.maximumLength) bytes")
    }
    do throws(JSONError) {
      let value = try JSONValue(parsing: line.text)
      if value.kind == .object { return value }
    } catch {
      throw ToolError("\(name):\(line.number): \(error)")
    }
    throw ToolError("\(name):\(line.number): not a JSON object")
  }
}
