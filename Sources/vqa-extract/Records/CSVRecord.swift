/// Takes a record of a CSV file apart, line by line: a field in quotes may hold line feeds.
struct CSVRecord {
  /// Why it is no record.
  struct Malformed: Error {
    let reason: String
  }

  private let separator: UInt8
  /// The fields so far, quotes taken off.
  private(set) var fields: [[UInt8]] = []
  private var field: [UInt8] = []
  private var isQuoted = false

  private static let quote = UInt8(ascii: "\"")

  init(separator: UInt8) { self.separator = separator }

  /// Takes another line, without its line feed; whether the record ends with it.
  mutating func append(_ line: [UInt8]) throws(Malformed) -> Bool {
    var rest = line[...]
    if isQuoted {
      field.append(0x0A)
    } else if rest.first == CSVRecord.quote {
      isQuoted = true
      rest = rest.dropFirst()
    }
    while true {
      if isQuoted {
        guard let end = rest.firstIndex(of: CSVRecord.quote) else {
          field += rest
          return false
        }
        field += rest[..<end]
        rest = rest[(end + 1)...]
        if rest.first == CSVRecord.quote {
          field.append(CSVRecord.quote)
          rest = rest.dropFirst()
          continue
        }
        isQuoted = false
        if rest == [0x0D] { rest = [] }
        guard rest.isEmpty || rest.first == separator else {
          throw Malformed(reason: "text behind the quote that closes a field")
        }
      } else {
        let end = rest.firstIndex(of: separator) ?? rest.endIndex
        field += rest[..<end]
        rest = rest[end...]
        if rest.isEmpty, field.last == 0x0D { field.removeLast() }
      }
      fields.append(field)
      field = []
      guard !rest.isEmpty else { return true }
      rest = rest.dropFirst()
      if rest.first == CSVRecord.quote {
        isQuoted = true
        rest = rest.dropFirst()
      }
    }
  }
}
