import Shared

@testable import vqa_extract

/// Reads all records with all of their columns, as JSON that must be sound.
func read(_ records: some RecordReader, skipping count: Int) {
  let names = records.columns.map(\.name)
  do throws(ToolError) {
    try records.select(names.map { FieldPath(column: $0) }, written: [0])
    _ = try records.skip(count)
    while try records.next() {
      for index in names.indices {
        var line: [UInt8] = []
        try records.value(index).appendJSON(to: &line)
        check(line)
      }
    }
  } catch {
    check(error)
  }
}

/// Makes rows of all records, each a sound line.
func compose(_ records: some RecordReader) {
  do throws(ToolError) {
    let layout = try Layout(ColumnRequest(), among: records.columns)
    try records.select(layout.paths, written: [])
    let pictures = Pictures(places: [.folder("")], embeds: false)
    var composer = RowComposer(layout, records, pictures)
    while try records.next() {
      for turn in 0..<(try composer.begin(isFirst: false)) {
        var line = Array("{\"row\":0".utf8)
        let failure = try composer.append(turn, to: &line)
        line.append(UInt8(ascii: "}"))
        check(line)
        if let failure { precondition(failure.message.utf8.count < 1_000) }
      }
    }
  } catch {
    check(error)
  }
}

private func check(_ line: [UInt8]) {
  precondition((try? JSONValue(parsing: line)) != nil)
  precondition(!line.contains(0x0A))
}

/// An error is one line, and not of the whole input.
private func check(_ error: ToolError) {
  precondition(!error.description.isEmpty && error.description.utf8.count < 4_000)
}
