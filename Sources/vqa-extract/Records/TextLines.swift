import Shared

/// The lines of a text file in UTF-8, or brought to UTF-8.
struct TextLines: ~Copyable {
  private var reader: LineReader
  private var isFirst = true
  private let original: String
  /// Holds the transcoded text open.
  private let transcoded: Transcoding?

  /// - Parameters:
  ///   - path: `-` is stdin.
  ///   - encoding: a name that iconv knows; nil for UTF-8.
  init(path: String, encoding: String?) throws(ToolError) {
    let transcoded = try encoding.map { (name) throws(ToolError) in
      try Transcoding(path: path, encoding: name)
    }
    reader = try LineReader(operands: [transcoded?.path ?? path])
    original = path
    self.transcoded = transcoded
  }

  /// The next line, without a byte order mark at the start of the file.
  mutating func next() throws(ToolError) -> Line? {
    guard var line = try reader.next() else { return nil }
    if isFirst {
      isFirst = false
      if line.text.starts(with: [0xEF, 0xBB, 0xBF]) { line.text.removeFirst(3) }
    }
    return line
  }

  /// Where the next line begins, in bytes of the UTF-8 text.
  var offset: Int { reader.position.given }

  /// Where the text is, once more from its start.
  var path: String { transcoded?.path ?? original }

  /// All of it as one JSON value.
  ///
  /// - Parameter name: what messages call the file.
  consuming func json(_ name: String) throws(ToolError) -> JSONValue {
    var text: [UInt8] = []
    while let line = try next() {
      guard !line.isTooLong else { throw ToolError("\(name): longer than can be read") }
      text += line.text
      text.append(0x0A)
    }
    do throws(JSONError) {
      return try PythonJSON.parse(text)
    } catch {
      throw ToolError("\(name): not JSON: \(error)")
    }
  }
}
