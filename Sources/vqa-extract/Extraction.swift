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
  let source: Source
  let options: ExtractOptions
  let progress: Progress

  /// What became of the rows, and how many records they are of.
  struct Counts {
    var rows = RowCounts()
    var records = 0
    var failures = FailureReport(stage: Extract.toolName)
  }

  /// Counts the rows written.
  ///
  /// - Throws: what stopped it; the rows before have been written.
  func run() throws(ToolError) -> RowCounts {
    var output = ByteWriter.standardOutput()
    var counts = Counts()
    do throws(ToolError) {
      try writeRows(to: &output, &counts)
    } catch {
      counts.failures.finish()
      try output.close()
      throw error
    }
    counts.failures.finish()
    try output.close()
    return counts.rows
  }

  /// The number of records that would be read.
  func count() throws(ToolError) -> Int {
    var total = 0
    for file in source.files where Interrupt.requested == nil {
      total += try source.recordCount(of: file)
    }
    let left = max(0, total - options.offset)
    return min(left, options.limit ?? left)
  }

  private func writeRows(
    to output: inout ByteWriter, _ counts: inout Counts
  ) throws(ToolError) {
    var toSkip = options.offset
    /// The number of the next record of each split.
    var nextRow: [String: Int] = [:]
    var line: [UInt8] = []
    for file in source.files where counts.records != options.limit && Interrupt.requested == nil {
      let reader = try source.open(file)
      guard var composer = try source.composer(reader, file, options.columns) else { continue }
      var row = nextRow[file.split, default: 0]
      let skipped = try reader.skip(toSkip)
      toSkip -= skipped
      row += skipped
      let head = RowHead(idPrefix: options.idPrefix, split: file.split)
      while counts.records != options.limit, Interrupt.requested == nil, try reader.next() {
        try write(row, of: file, head, &composer, &line, to: &output, &counts)
        row += 1
        counts.records += 1
      }
      nextRow[file.split] = row
    }
  }

  /// Writes the rows of the record that the composer's reader is at.
  ///
  /// - Parameter line: memory for a row, used again for the next.
  private func write(
    _ row: Int, of file: DataFile, _ head: RowHead, _ composer: inout RowComposer,
    _ line: inout [UInt8], to output: inout ByteWriter, _ counts: inout Counts
  ) throws(ToolError) {
    let isFirst = counts.records == 0
    let count = try Self.naming(file) { () throws(ToolError) in
      try composer.begin(isFirst: isFirst)
    }
    for turn in 0..<count {
      line.removeAll(keepingCapacity: true)
      head.append(row: row, turn: composer.hasTurns ? turn : nil, to: &line)
      let failure = try Self.naming(file) { () throws(ToolError) in
        try composer.append(turn, to: &line)
      }
      if let failure {
        counts.rows.addFailure(code: failure.code)
        let id = composer.hasTurns ? "\(row)/\(turn)" : "\(row)"
        counts.failures.add(
          code: failure.code, message: failure.message, at: "\(file.name): \(file.split)/\(id)")
        line.append(UInt8(ascii: ","))
        line += failure.member(stage: Extract.toolName)
      } else {
        counts.rows.done += 1
      }
      line.append(UInt8(ascii: "}"))
      try output.writeLine(line)
      // Whoever reads this can begin now, and sees that it works.
      if counts.rows.rows == 0 { try output.flush() }
      counts.rows.rows += 1
      progress.draw(counts.rows)
    }
  }

  /// Puts the file's name before what is wrong with its rows.
  private static func naming<Result>(
    _ file: DataFile, _ body: () throws(ToolError) -> Result
  ) throws(ToolError) -> Result {
    do throws(ToolError) {
      return try body()
    } catch {
      throw error.inFile(file.name)
    }
  }
}

/// The beginning of a row, the same for all of a split but for the numbers.
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

  /// Appends `{"id":"test/0","split":"test","row":0`, with the turn if there
  /// is one: `{"id":"test/0/1","split":"test","row":0,"turn":1`.
  func append(row: Int, turn: Int?, to line: inout [UInt8]) {
    line += beforeID
    JSONText.append(Int64(row), to: &line)
    if let turn { line += "/\(turn)".utf8 }
    line += afterID
    JSONText.append(Int64(row), to: &line)
    if let turn { line += ",\"turn\":\(turn)".utf8 }
  }
}
