import Shared

/// Which rows are wanted, and how they are written.
struct ExtractOptions: Sendable {
  var offset = 0
  var limit: Int?
  var idPrefix = ""
  var columns = ColumnRequest()
}

/// Writes the rows of files, in order, to stdout.
struct Extraction {
  let files: [DataFile]
  let options: ExtractOptions
  let progress: Progress

  /// Gives the number of rows written.
  ///
  /// - Throws: what stopped it; the rows before have been written.
  func run() throws(ToolError) -> Int {
    var output = ByteWriter.standardOutput()
    let count: Int
    do throws(ToolError) {
      count = try writeRows(to: &output)
    } catch {
      try output.close()
      throw error
    }
    try output.close()
    return count
  }

  private func writeRows(to output: inout ByteWriter) throws(ToolError) -> Int {
    var toSkip = options.offset
    var written = 0
    /// The number of the next row of each split.
    var nextRow: [String: Int] = [:]
    var line: [UInt8] = []
    for file in files where written != options.limit {
      var table = try file.open(options.columns)
      var row = nextRow[file.split, default: 0]
      let skipped = try table.skip(toSkip)
      toSkip -= skipped
      row += skipped
      let head = RowHead(idPrefix: options.idPrefix, split: file.split)
      while written != options.limit, Interrupt.requested == nil {
        line.removeAll(keepingCapacity: true)
        head.append(row: row, to: &line)
        guard try table.appendNext(to: &line) else { break }
        line.append(UInt8(ascii: "}"))
        try output.writeLine(line)
        // Whoever reads this can begin now, and sees that it works.
        if written == 0 { try output.flush() }
        row += 1
        written += 1
        progress.draw { "vqa-extract: \(written) rows" }
      }
      nextRow[file.split] = row
    }
    return written
  }
}

/// The beginning of a row, the same for all of a split but for the number.
struct RowHead {
  private let beforeID: [UInt8]
  private let afterID: [UInt8]

  init(idPrefix: String, split: String) {
    var text = Array("{\"id\":\"".utf8)
    JSONText.appendEscaped("\(idPrefix)\(split)/".utf8, to: &text)
    beforeID = text
    text = Array("\",\"split\":".utf8)
    JSONText.appendQuoted(split, to: &text)
    text += ",\"row\":".utf8
    afterID = text
  }

  /// Appends `{"id":"test/0","split":"test","row":0`.
  func append(row: Int, to line: inout [UInt8]) {
    let digits = String(row).utf8
    line += beforeID
    line += digits
    line += afterID
    line += digits
  }
}
