import Shared

/// The records of a CSV file whose first record names the columns.
///
/// RFC 4180, with LF as well as CRLF: https://datatracker.ietf.org/doc/html/rfc4180
final class CSVTable: Table {
  private let name: String
  private let separator: UInt8
  private var reader: LineReader
  private var fieldCount = 0
  /// The places of the fields that a row is made of.
  private var columns: (question: Int, answer: Int, image: Int) = (0, 0, 0)
  private var kept: [(key: String, place: Int)] = []
  private let images: ImageNames

  init(_ file: DataFile, separator: UInt8, _ options: ReadOptions) throws(ToolError) {
    name = file.name
    self.separator = separator
    images = ImageNames(file, options)
    reader = try LineReader(operands: [file.path])
    guard let header = try nextRecord(isFirst: true) else {
      throw ToolError("\(name): empty, not even the names of the columns")
    }
    fieldCount = header.count
    let names = header.map { String(decoding: $0, as: UTF8.self) }
    do throws(ToolError) {
      let choice = try ColumnChoice(
        options.columns, among: names, images: names.filter { $0 == "file_name" })
      let place = { (column: String) in names.firstIndex(of: column) ?? 0 }
      columns = (place(choice.question), place(choice.answer), place(choice.image))
      kept = choice.kept.map { ($0.key, place($0.column)) }
    } catch {
      throw ToolError("\(name): \(error)")
    }
  }

  func skip(_ count: Int) throws(ToolError) -> Int {
    var left = count
    while left > 0, try nextRecord() != nil { left -= 1 }
    return count - left
  }

  func appendNext(to line: inout [UInt8]) throws(ToolError) -> NextRow {
    guard let record = try nextRecord() else { return .none }
    append("question", record[columns.question], to: &line)
    append("answer", record[columns.answer], to: &line)
    line += ",\"image\":".utf8
    let failure = images.append(record[columns.image], to: &line)
    for (key, place) in kept { append(key, record[place], to: &line) }
    return failure.map { .failed($0) } ?? .done
  }

  private func append(_ key: String, _ field: [UInt8], to line: inout [UInt8]) {
    line.append(UInt8(ascii: ","))
    JSONText.appendQuoted(key, to: &line)
    line.append(UInt8(ascii: ":"))
    JSONText.appendQuotedLossless(field, to: &line)
  }

  /// The fields of the next record, nil after the last. Empty lines are passed over.
  private func nextRecord(isFirst: Bool = false) throws(ToolError) -> [[UInt8]]? {
    var parser = CSVRecord(separator: separator)
    var start = 0
    while var line = try reader.next() {
      if start == 0 {
        start = line.number
        if isFirst { line.text.removeByteOrderMark() }
        if line.text.isEmpty || line.text == [0x0D] {
          start = 0
          continue
        }
      }
      do throws(CSVRecord.Malformed) {
        guard !line.isTooLong else { throw .init(reason: "longer than can be read") }
        guard try parser.append(line.text) else { continue }
      } catch {
        throw ToolError("\(name):\(line.number): \(error.reason)")
      }
      guard isFirst || parser.fields.count == fieldCount else {
        throw ToolError(
          "\(name):\(start): \(parser.fields.count) fields where the first line names \(fieldCount)"
        )
      }
      return parser.fields
    }
    guard start == 0 else { throw ToolError("\(name):\(start): a quote is not closed") }
    return nil
  }
}
