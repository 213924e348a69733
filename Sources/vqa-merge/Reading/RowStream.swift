import Shared

/// Reads lines and finds what they say on a thread of its own, ahead of who
/// takes them.
///
/// `@unchecked Sendable`: after `start` only the thread touches the reader.
final class RowStream: @unchecked Sendable {
  private var reader: LineReader
  private let parser: RowParser
  private let keepsFailed: Bool
  private let queue = BoundedQueue<Result<RowBatch, ToolError>>(capacity: 4)
  /// What is handed over at a time: so many rows, or so much text in bytes.
  private static let batchCount = 512
  private static let batchBytes = 256 * 1024

  init(operands: [String], parser: RowParser, keepsFailed: Bool) throws(ToolError) {
    reader = try LineReader(operands: operands)
    self.parser = parser
    self.keepsFailed = keepsFailed
  }

  /// Hands every row to `body` in the order of the lines, with its file.
  func forEach(_ body: (ParsedRow, _ source: String) throws(ToolError) -> Void) throws(ToolError) {
    try DetachedThread.start { self.run() }
    // Where `body` gives up, the thread may sit in a read for ever; the
    // process ends over its head.
    defer { queue.abandon() }
    while let batch = queue.take() {
      let batch = try batch.get()
      for var row in batch.rows {
        row.facts.lend(batch.text)
        try body(row, batch.source)
      }
    }
  }

  private func run() {
    defer { queue.finish() }
    do throws(ToolError) {
      var first = try reader.next()
      while let line = first {
        let batch: RowBatch
        (batch, first) = try read(from: line)
        guard queue.put(.success(batch)) else { return }
      }
    } catch {
      _ = queue.put(.failure(error))
    }
  }

  /// Reads rows from `line` on; also gives the line that follows, nil at the
  /// end and after a signal to stop.
  private func read(from line: Line) throws(ToolError) -> (RowBatch, next: Line?) {
    var batch = RowBatch(source: line.source)
    batch.rows.reserveCapacity(Self.batchCount)
    batch.text.reserveCapacity(Self.batchBytes)
    var failedBytes = 0
    var next: Line? = line
    while let line = next, line.source == batch.source, batch.rows.count < Self.batchCount,
      batch.text.count + failedBytes < Self.batchBytes
    {
      let row = ParsedRow(line, parser: parser, keepsFailed: keepsFailed, text: &batch.text)
      failedBytes += row.failedText.count
      batch.rows.append(row)
      next = try reader.next()
    }
    return (batch, next)
  }
}
