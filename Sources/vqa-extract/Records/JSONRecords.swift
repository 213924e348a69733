import Shared

/// Where JSON objects come from: lines, or an array.
protocol JSONObjectSource: AnyObject {
  /// The next object; nil after the last.
  func next() throws(ToolError) -> JSONValue?
  /// Passes over `count` objects and gives how many there were.
  func skip(_ count: Int) throws(ToolError) -> Int
}

/// The records of JSON texts: their values go through as they are spelled.
final class JSONRecords: RecordReader {
  private let source: any JSONObjectSource
  /// Read ahead to find the columns, and still to be given.
  private var ahead: [JSONValue] = []
  private var given = 0
  private(set) var columns: [RecordColumn] = []
  private var paths: [FieldPath] = []
  private var current: JSONObject?

  /// - Throws: `ToolError` that names the file, if the first record is damaged.
  init(_ source: any JSONObjectSource) throws(ToolError) {
    self.source = source
    _ = try lookAhead()
  }

  /// Not every object need have every key: what the first ones lack may come
  /// later.
  private static let maximumAhead = 1_000

  /// Reads one more record to learn of more columns; false where that is
  /// enough of it.
  func lookAhead() throws(ToolError) -> Bool {
    guard ahead.count < Self.maximumAhead, let object = try source.next() else { return false }
    ahead.append(object)
    for (name, value) in object.members ?? [] {
      let content = Self.content(name, value)
      guard let place = columns.firstIndex(where: { $0.name == name }) else {
        columns.append(RecordColumn(name: name, content: content))
        continue
      }
      if columns[place].content == .unknown {
        columns[place] = RecordColumn(name: name, content: content)
      }
    }
    return true
  }

  /// How to get at the rows of a file that is one object, for messages.
  var hint: String {
    ahead.count == 1 && source is JSONLinesSource ? WholeObject.hint(ahead[0]) : ""
  }

  private static func content(_ name: String, _ value: JSONValue) -> RecordColumn.Content {
    switch value.kind {
    case .null: .unknown
    // `datasets` reads pictures by this name in a folder of images.
    case .string: name == "file_name" ? .image : .text
    case .number, .boolean: .number
    case .array: .list
    case .object:
      if let object = value.object, object["bytes"] != nil {
        .image
      } else {
        .group(value.keys ?? [])
      }
    }
  }

  func select(_ paths: [FieldPath], written: Set<Int>) { self.paths = paths }

  func skip(_ count: Int) throws(ToolError) -> Int {
    let step = min(count, ahead.count - given)
    given += step
    return step + (step < count ? try source.skip(count - step) : 0)
  }

  func next() throws(ToolError) -> Bool {
    if given < ahead.count {
      current = ahead[given].object
      given += 1
      if given == ahead.count { (ahead, given) = ([], 0) }
      return true
    }
    current = try source.next()?.object
    return current != nil
  }

  func value(_ selection: Int) -> FieldValue { value(paths[selection]) }

  private func value(_ path: FieldPath) -> FieldValue {
    guard let value = current?[path.column] else { return .null }
    guard !path.steps.isEmpty else { return .json(value) }
    return FieldValue.json(value).following(path) { self.value($0) }
  }
}

/// JSON as Python's `json` reads it: with `NaN` and `Infinity`, which pandas
/// and others write.
enum PythonJSON {
  /// Reads `text`; NaN becomes null, an infinity the text of its name.
  static func parse(_ text: [UInt8]) throws(JSONError) -> JSONValue {
    do throws(JSONError) {
      return try JSONValue(parsing: text)
    } catch {
      guard error.reason == .unexpectedByte, let strict = withoutConstants(text),
        let value = try? JSONValue(parsing: strict)
      else { throw error }
      return value
    }
  }

  private static let constants: [(spelled: [UInt8], replacement: [UInt8])] = [
    ("NaN", "null"), ("-Infinity", "\"-Infinity\""), ("Infinity", "\"Infinity\""),
  ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

  /// The text with the constants outside of strings replaced; nil if it has none.
  private static func withoutConstants(_ text: [UInt8]) -> [UInt8]? {
    var output: [UInt8] = []
    var isInString = false
    var copied = 0
    var index = 0
    while index < text.count {
      let byte = text[index]
      if isInString {
        if byte == UInt8(ascii: "\\") { index += 1 }
        if byte == UInt8(ascii: "\"") { isInString = false }
      } else if byte == UInt8(ascii: "\"") {
        isInString = true
      } else if byte == UInt8(ascii: "N") || byte == UInt8(ascii: "I")
        || byte == UInt8(ascii: "-"),
        let found = constants.first(where: { text[index...].starts(with: $0.spelled) })
      {
        output += text[copied..<index]
        output += found.replacement
        index += found.spelled.count
        copied = index
        continue
      }
      index += 1
    }
    guard copied > 0 else { return nil }
    return output + text[copied...]
  }
}
