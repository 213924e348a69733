import Glibc
import Shared

/// A few rows that are asked live before anything large is submitted
/// (`--canary`).
struct BatchCanary: ~Copyable {
  private var worker: GeminiWorker
  private var failures: [RowFailure] = []
  private var left = 0
  private var isStopping = false

  init(_ worker: consuming GeminiWorker) { self.worker = worker }

  /// Asks the rows, and waits for their answers, which are then in the cache.
  ///
  /// - Returns: why those failed that did.
  mutating func ask(_ rows: [Row]) throws -> [RowFailure] {
    left = rows.count
    for (ticket, row) in rows.enumerated() { try worker.begin(row, ticket: ticket) }
    try worker.endOfInput()
    while true {
      if let signal = Interrupt.requested, !isStopping {
        isStopping = true
        try worker.stop(.signal(signal))
      }
      for (_, outcome) in try worker.step(now: Monotonic.seconds(), isInputPaused: true) {
        left -= 1
        if case .failed(let failure) = outcome { failures.append(failure) }
      }
      guard left > 0 else { break }
      wait()
    }
    try worker.close()
    return failures
  }

  private func wait() {
    let now = Monotonic.seconds()
    var entries = (worker.descriptors + (isStopping ? [] : [Interrupt.descriptor])).map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    let seconds = worker.deadline(now: now).map { max(0, $0 - now) } ?? 60
    _ = unsafe poll(&entries, nfds_t(entries.count), Int32(min(60, seconds) * 1000) + 1)
  }
}

extension BatchRun {
  /// The first rows that nobody has asked, each question once.
  func firstRows(_ count: Int, of input: RereadableInput) throws -> [Row] {
    var rows: [RequestKey: Row] = [:]
    var reader = try input.reader()
    while rows.count < count, Interrupt.requested == nil, let line = try reader.next() {
      guard !line.isTooLong, let ask = try ask(line.text), try isToBeAsked(ask) else { continue }
      rows[ask.questions[0].key] = try Row(line: line.text)
    }
    return Array(rows.values)
  }

  /// Submits nothing if most of the rows that were asked live have failed.
  func judgeCanary(_ failures: [RowFailure], of count: Int) {
    guard failures.count * 2 > count, let first = failures.first else { return }
    stop = .hopeless(
      "\(failures.count) of the \(count) rows that were asked live failed (\(first.message)); "
        + "nothing is submitted")
  }
}
