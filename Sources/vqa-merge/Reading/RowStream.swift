import Shared
import Synchronization

/// Reads lines and parses them on a thread of its own, ahead of who takes
/// them.
final class RowStream: Sendable {
  /// Only the reading thread locks it; nil once it has been taken.
  private let reader: Mutex<RowReader?>
  private let queue = BoundedQueue<Result<RowBatch, ToolError>>(capacity: 4)

  init(operands: [String], parser: RowParser, policy: RowPolicy) throws(ToolError) {
    reader = Mutex(try RowReader(operands: operands, parser: parser, policy: policy))
  }

  /// Hands every row to `body` in the order of the lines, with its file.
  func forEach(
    _ body: (ParsedRow, borrowing RowFields, _ source: String) throws(ToolError) -> Void
  ) throws(ToolError) {
    let thread = try Thread { self.run() }
    do throws(ToolError) {
      while let batch = queue.take() {
        let batch = try batch.get()
        for row in batch.rows { try body(row, batch.fields(of: row), batch.source) }
      }
    } catch {
      queue.abandon()
      thread.detach()
      throw error
    }
    thread.join()
  }

  private func run() {
    defer { queue.finish() }
    guard var reader = reader.withLock({ $0.take() }) else { return }
    do throws(ToolError) {
      while let batch = try reader.next() {
        guard queue.put(.success(batch)) else { return }
      }
    } catch {
      _ = queue.put(.failure(error))
    }
  }
}

/// Reads lines from files in turn and parses them where they were read.
struct RowReader: ~Copyable {
  private var lines: LineReader
  private let parser: RowParser
  private let policy: RowPolicy
  /// What a batch holds: so many rows, or so much text in bytes.
  private static let batchCount = 512
  private static let batchBytes = 256 * 1024

  init(operands: [String], parser: RowParser, policy: RowPolicy) throws(ToolError) {
    lines = try LineReader(operands: operands)
    self.parser = parser
    self.policy = policy
  }

  /// The next rows, all of one file; nil at the end and after a signal to
  /// stop.
  mutating func next() throws(ToolError) -> RowBatch? {
    var batch = RowBatch(source: lines.source)
    batch.rows.reserveCapacity(Self.batchCount)
    batch.text.reserveCapacity(Self.batchBytes)
    while batch.rows.count < Self.batchCount,
      batch.text.count + batch.failedBytes < Self.batchBytes
    {
      if let line = lines.nextBuffered() {
        append(line, to: &batch)
      } else if lines.source != batch.source, !batch.rows.isEmpty {
        break
      } else {
        guard try lines.fill() else { break }
        if batch.rows.isEmpty, lines.source != batch.source {
          batch = RowBatch(source: lines.source)
        } else if lines.source != batch.source {
          break
        }
      }
    }
    return batch.rows.isEmpty ? nil : batch
  }

  private func append(_ line: BufferedLine, to batch: inout RowBatch) {
    let row: ParsedRow
    if line.isTooLong {
      row = ParsedRow(
        malformed: lines.copy(line), "longer than \(LineReader.maximumLength) bytes",
        policy: policy)
    } else {
      do throws(JSONError) {
        row = ParsedRow(
          try RowView(lines.text(of: line)), lineNumber: line.number, parser: parser,
          policy: policy, text: &batch.text)
      } catch {
        row = ParsedRow(
          malformed: lines.copy(line), String(describing: error), policy: policy)
      }
    }
    batch.failedBytes += row.failedText.count
    batch.rows.append(row)
  }
}
