import Glibc
import Shared

/// The elements of a JSON array in a file, one after another, in memory that
/// depends on the longest of them alone.
struct JSONElements: ~Copyable {
  private let name: String
  private let file: PlainFile
  /// Holds the transcoded text open.
  private let transcoded: Transcoding?
  private static let chunk = 1 << 20

  /// `buffer[start...]` is read and not yet given out.
  private var buffer: [UInt8] = []
  private var start = 0
  /// Where in the file the buffer begins.
  private var bufferOffset = 0
  private var state = State.beforeFirst

  private enum State {
    case beforeFirst, inside, closed, ended
  }

  /// - Parameters:
  ///   - path: of a regular file.
  ///   - encoding: a name that iconv knows; nil for UTF-8.
  ///   - name: what messages call the file.
  init(path: String, encoding: String?, name: String) throws(ToolError) {
    let transcoded = try encoding.map { (encoding) throws(ToolError) in
      try Transcoding(path: path, encoding: encoding)
    }
    file = try Self.open(transcoded?.path ?? path, name)
    self.transcoded = transcoded
    self.name = name
  }

  private static func open(_ path: String, _ name: String) throws(ToolError) -> PlainFile {
    do throws(SystemError) {
      return try PlainFile(path)
    } catch {
      throw ToolError("\(name): \(error)")
    }
  }

  /// The next element; nil after the last.
  mutating func next() throws(ToolError) -> JSONValue? {
    if state == .beforeFirst { try open() }
    guard state == .inside else {
      try expectEnd()
      return nil
    }
    let end = try findEnd()
    let element = try parse(Array(buffer[start..<end]))
    if buffer[end] == UInt8(ascii: "]") { state = .closed }
    start = end + 1
    return element
  }

  /// The bracket that opens the array; one that closes it at once.
  private mutating func open() throws(ToolError) {
    if try byte(0) == 0xEF, try byte(1) == 0xBB, try byte(2) == 0xBF { start = 3 }
    guard try firstByte() == UInt8(ascii: "[") else { throw ToolError("\(name): not a JSON array") }
    start += 1
    if try firstByte() == UInt8(ascii: "]") {
      start += 1
      state = .closed
    } else {
      state = .inside
    }
  }

  private mutating func expectEnd() throws(ToolError) {
    guard state == .closed else { return }
    guard try firstByte() == nil else {
      throw ToolError(
        "\(name): not JSON: more text after the array, at byte \(bufferOffset + start + 1)")
    }
    state = .ended
  }

  /// The byte at `start + index`; nil at the end of the file.
  private mutating func byte(_ index: Int) throws(ToolError) -> UInt8? {
    while start + index >= buffer.count { guard try fill() else { return nil } }
    return buffer[start + index]
  }

  /// Goes to the next byte that is no white space; nil at the end of the file.
  private mutating func firstByte() throws(ToolError) -> UInt8? {
    while let byte = try byte(0) {
      guard [0x20, 0x09, 0x0A, 0x0D].contains(byte) else { return byte }
      start += 1
    }
    return nil
  }

  /// The place of the comma or bracket behind the element at `start`.
  private mutating func findEnd() throws(ToolError) -> Int {
    var scan = ElementScan()
    var index = 0
    while true {
      if let end = scan.end(in: buffer.span.extracting((start + index)...)) {
        return start + index + end
      }
      index = buffer.count - start
      guard index <= LineReader.maximumLength else {
        throw ToolError(
          "\(name): byte \(bufferOffset + start + 1): an element longer than can be read")
      }
      guard try fill() else {
        _ = try parse(Array(buffer[start...]))
        throw ToolError("\(name): not JSON: the array is not closed")
      }
    }
  }

  /// The object that the text at `start` is.
  private func parse(_ text: [UInt8]) throws(ToolError) -> JSONValue {
    let offset = bufferOffset + start
    let value: JSONValue
    do throws(JSONError) {
      value = try PythonJSON.parse(text)
    } catch {
      throw ToolError("\(name): not JSON: \(error.moved(by: offset))")
    }
    guard value.kind == .object else {
      throw ToolError(
        "\(name): the element at byte \(offset + 1) is \(FieldValue.json(value).kind), "
          + "not an object")
    }
    return value
  }

  /// Reads on; false at the end of the file.
  private mutating func fill() throws(ToolError) -> Bool {
    buffer.removeFirst(start)
    bufferOffset += start
    start = 0
    let end = bufferOffset + buffer.count
    do throws(SystemError) {
      // As much again as there is, so that a long element is not moved often.
      let more = try file.read(end..<(end + max(Self.chunk, buffer.count)))
      buffer += more
      return !more.isEmpty
    } catch {
      throw ToolError("\(name): \(error)")
    }
  }
}

/// Finds where an element of an array ends, piece by piece of its text. Whether
/// it is JSON is not judged here.
private struct ElementScan {
  private var depth = 0
  private var isInString = false
  private var isEscaped = false

  /// The offset of the comma or bracket behind the element, if it is in this
  /// piece.
  mutating func end(in text: Span<UInt8>) -> Int? {
    for index in text.indices {
      let byte = text[index]
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: "]"):
        if depth <= 0 { return index }
        depth -= 1
      case UInt8(ascii: ","): if depth <= 0 { return index }
      default: break
      }
    }
    return nil
  }
}
