import Shared

/// Which rows are wanted, and how they are written.
struct ExtractOptions: Sendable {
  var offset = 0
  var limit: Int?
  var idPrefix = ""
  var reading = ReadOptions()
}

/// Writes the rows of files, in order, to stdout.
struct Extraction {
  let files: [DataFile]
  let options: ExtractOptions
  let progress: Progress

  /// Counts the rows written.
  ///
  /// - Throws: what stopped it; the rows before have been written.
  func run() throws(ToolError) -> RowCounts {
    var output = ByteWriter.standardOutput()
    let counts: RowCounts
    do throws(ToolError) {
      counts = try writeRows(to: &output)
    } catch {
      try output.close()
      throw error
    }
    try output.close()
    return counts
  }

  private func writeRows(to output: inout ByteWriter) throws(ToolError) -> RowCounts {
    var toSkip = options.offset
    var counts = RowCounts()
    /// The number of the next row of each split.
    var nextRow: [String: Int] = [:]
    var line: [UInt8] = []
    for file in files where counts.rows != options.limit && Interrupt.requested == nil {
      var table = try file.open(options.reading)
      var row = nextRow[file.split, default: 0]
      let skipped = try table.skip(toSkip)
      toSkip -= skipped
      row += skipped
      let head = RowHead(idPrefix: options.idPrefix, split: file.split)
      while counts.rows != options.limit, Interrupt.requested == nil {
        line.removeAll(keepingCapacity: true)
        head.append(row: row, to: &line)
        let next = try table.appendNext(to: &line)
        if case .none = next { break }
        if case .failed(let failure) = next {
          counts.failed += 1
          append(failure, of: row, in: file, to: &line)
        } else {
          counts.done += 1
        }
        line.append(UInt8(ascii: "}"))
        try output.writeLine(line)
        // Whoever reads this can begin now, and sees that it works.
        if counts.rows == 0 { try output.flush() }
        row += 1
        counts.rows += 1
        progress.draw(counts)
      }
      nextRow[file.split] = row
    }
    return counts
  }

  /// Appends the `error` of a row and tells of it on stderr.
  private func append(
    _ failure: RowFailure, of row: Int, in file: DataFile, to line: inout [UInt8]
  ) {
    line.append(UInt8(ascii: ","))
    line += failure.member(stage: Extract.toolName)
    StandardError.line(
      "\(Extract.toolName): \(file.name): \(file.split)/\(row): \(failure.message)")
  }
}

/// The beginning of a row, the same for all of a split but for the number.
struct RowHead {
  private let beforeID: [UInt8]
  private let afterID: [UInt8]

  init(idPrefix: String, split: String) {
    var text = Array("{\"id\":\"".utf8)
    JSONText.appendEscaped("\(idPrefix)\(split)/".utf8Span.span, to: &text)
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
