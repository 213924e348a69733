import Shared

/// Reads lines and finds what they say on a thread of its own, ahead of who
/// takes them.
///
/// `@unchecked Sendable`: after `start` only the thread touches the reader.
final class RowFeed: @unchecked Sendable {
  private var reader: LineReader
  private let reading: RowReading
  private let keepsFailed: Bool
  private let relay = Relay<Result<[ReadRow], ToolError>>(capacity: 4)
  /// What is handed over at a time: so many rows, or of so much text in bytes.
  private static let batchCount = 512
  private static let batchBytes = 256 * 1024

  init(operands: [String], reading: RowReading, keepsFailed: Bool) throws(ToolError) {
    reader = try LineReader(operands: operands)
    self.reading = reading
    self.keepsFailed = keepsFailed
  }

  /// Hands every row to `body` in the order of the lines.
  func forEach(_ body: (ReadRow) throws(ToolError) -> Void) throws(ToolError) {
    try DetachedThread.start { self.run() }
    // Where `body` gives up, the thread may sit in a read for ever; the
    // process ends over its head.
    defer { relay.abandon() }
    while let batch = relay.take() {
      for row in try batch.get() { try body(row) }
    }
  }

  private func run() {
    defer { relay.finish() }
    while true {
      do throws(ToolError) {
        let batch = try nextBatch()
        if batch.isEmpty || !relay.put(.success(batch)) { return }
      } catch {
        _ = relay.put(.failure(error))
        return
      }
    }
  }

  /// The next rows; none at the end, and after a signal to stop.
  private func nextBatch() throws(ToolError) -> [ReadRow] {
    var rows: [ReadRow] = []
    rows.reserveCapacity(Self.batchCount)
    var bytes = 0
    while rows.count < Self.batchCount, bytes < Self.batchBytes, let line = try reader.next() {
      bytes += line.text.count
      rows.append(ReadRow(line, reading: reading, keepsFailed: keepsFailed))
    }
    return rows
  }
}
