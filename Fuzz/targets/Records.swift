import Shared

@testable import vqa_extract

/// Reads all records with all of their columns, as JSON that must be sound.
func read(_ records: some RecordReader, skipping count: Int) {
  let names = records.columns.map(\.name)
  do throws(ToolError) {
    try records.select(names.map { FieldPath(column: $0) })
    _ = try records.skip(count)
    while try records.next() {
      for index in names.indices {
        var line: [UInt8] = []
        try records.value(index).appendJSON(to: &line)
        precondition((try? JSONValue(parsing: line)) != nil)
        precondition(!line.contains(0x0A))
      }
    }
  } catch {
    // An error is one line, and not of the whole input.
    precondition(!error.description.isEmpty && error.description.utf8.count < 4_000)
  }
}
