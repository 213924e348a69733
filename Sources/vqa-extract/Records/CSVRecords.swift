import Shared

/// The records of a CSV file whose first record names the columns.
///
/// RFC 4180, with LF as well as CRLF: https://datatracker.ietf.org/doc/html/rfc4180
final class CSVRecords: RecordReader {
  private let name: String
  private let separator: UInt8
  private var text: TextLines
  private(set) var columns: [RecordColumn] = []
  private var names: [String] = []
  private var paths: [(path: FieldPath, places: [String: Int])] = []
  private var record: [[UInt8]] = []
  private var references: PictureReferences?

  init(_ text: consuming TextLines, name: String, separator: UInt8) throws(ToolError) {
    self.name = name
    self.separator = separator
    self.text = text
    guard let header = try nextRecord(isFirst: true) else {
      throw ToolError("\(name): empty, not even the names of the columns")
    }
    names = header.map { String(decoding: $0, as: UTF8.self) }
    // Other separators are met where commas stand for the decimal point.
    if names.count == 1, let other = names[0].first(where: { ";\t|".contains($0) }),
      UInt8(ascii: ",") == separator
    {
      let shown = other == "\t" ? "\\t" : String(other)
      throw ToolError(
        "\(name): one column, \(Shown.text(names[0])); name what separates them: "
          + "--delimiter '\(shown)'")
    }
    references = PictureReferences(columns: names)
    columns = names.map { RecordColumn(name: $0, content: $0 == "file_name" ? .image : .text) }
  }

  func select(_ paths: [FieldPath], written: Set<Int>) {
    var places: [String: Int] = [:]
    for (place, name) in names.enumerated() where places[name] == nil { places[name] = place }
    self.paths = paths.map { ($0, places) }
  }

  func skip(_ count: Int) throws(ToolError) -> Int {
    var left = count
    while left > 0, try nextRecord() != nil { left -= 1 }
    return count - left
  }

  func next() throws(ToolError) -> Bool {
    guard var next = try nextRecord() else { return false }
    try resolveReference(in: &next)
    record = next
    return true
  }

  func value(_ selection: Int) -> FieldValue {
    let (path, places) = paths[selection]
    return value(path, places)
  }

  private func value(_ path: FieldPath, _ places: [String: Int]) -> FieldValue {
    guard let place = places[path.column] else { return .null }
    let text = record[place]
    return FieldValue.text(text).following(path) { self.value($0, places) }
  }

  /// The fields of the next record, nil after the last. Empty lines are passed over.
  private func nextRecord(isFirst: Bool = false) throws(ToolError) -> [[UInt8]]? {
    var parser = CSVRecord(separator: separator)
    var start = 0
    var offset = text.offset
    while let line = try text.next() {
      if start == 0 {
        if line.text.isEmpty || line.text == [0x0D] {
          offset = text.offset
          continue
        }
        start = line.number
      }
      do throws(CSVRecord.Malformed) {
        guard !line.isTooLong else { throw .init(reason: "longer than can be read") }
        guard try parser.append(line.text) else { continue }
      } catch {
        throw ToolError("\(name):\(line.number): \(error.reason)")
      }
      try check(parser.fields, line: start, isFirst: isFirst)
      if !isFirst { references?.add(parser.fields, at: offset..<text.offset) }
      return parser.fields
    }
    guard start == 0 else { throw ToolError("\(name):\(start): a quote is not closed") }
    return nil
  }

  /// Puts the picture of another row in the place of that row's index.
  private func resolveReference(in record: inout [[UInt8]]) throws(ToolError) {
    guard let wanted = references?.target(of: record) else { return }
    if references?[wanted] == nil, references?.isComplete == false {
      // It may be of a later row.
      let all = try CSVRecords(
        try TextLines(path: text.path, encoding: nil), name: name, separator: separator)
      _ = try all.skip(.max)
      references = all.references
      references?.isComplete = true
    }
    guard let range = references?[wanted] else { return }
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try PlainFile(text.path).read(range)
    } catch {
      throw ToolError("\(name): \(error)")
    }
    var parser = CSVRecord(separator: separator)
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if (try? parser.append(Array(line))) != false { break }
    }
    references?.replace(in: &record, from: parser.fields)
  }

  private func check(_ fields: [[UInt8]], line: Int, isFirst: Bool) throws(ToolError) {
    for (place, field) in fields.enumerated() where !field.isUTF8 {
      let column = isFirst || place >= names.count ? "\(place + 1)" : Shown.text(names[place])
      throw ToolError(
        "\(name):\(line): column \(column): not UTF-8; name the encoding, "
          + "for example --encoding latin1 or --encoding windows-1252")
    }
    guard !isFirst, fields.count != names.count else { return }
    throw ToolError(
      "\(name):\(line): \(fields.count) fields where the first line names \(names.count)")
  }
}

extension [UInt8] {
  /// Whether it is sound UTF-8.
  var isUTF8: Bool { (try? UTF8Span(validating: span)) != nil }
}
