import Glibc

/// Reads rows, has them worked on, writes them in their order: the one loop
/// of all filters, and the one place where they wait. Input, output, signals
/// and the worker's descriptors are waited for together, so none of them
/// holds up another: while the reader of stdout pauses, lines are kept until
/// the window is full, and then no more is read, but the worker goes on.
public struct FilterLoop<Worker: RowWorker & ~Copyable>: ~Copyable {
  var reader: LineReader
  var output: OutputQueue
  let intake: Intake
  let progress: Progress
  /// Does the tool's own work; the tool asks it for totals in the end.
  public var worker: Worker
  var window = OrderedWindow()
  /// Rows in hand by ticket.
  var pending: [Int: PendingRow] = [:]
  var pendingBytes = 0
  var pace = Pace()
  var failures: FailureReport
  /// What has gone by so far.
  public internal(set) var counts = RowCounts()
  /// Rows in hand, finished rows that wait for an earlier one and lines that
  /// the reader of stdout has not taken may hold this many bytes together.
  private let windowBytes: Int
  /// No more lines are read: the input has ended or the run is stopping.
  var isDraining = false
  /// Why the run ends early, thrown when the finished rows are written.
  private var failure: (any Error)?
  private var stopping = Stopping()
  /// When the output was last given to the system.
  private var lastWrite = 0.0

  /// A row in hand.
  struct PendingRow {
    let row: Row
    let source: String
    let number: Int
  }

  /// Which reasons to stop the worker knows of, and how long the rest may take.
  private struct Stopping {
    var signalTime: Double?
    var hasOutputClosed = false
    /// When nothing is left but to write, since when that has taken.
    var lastRowTime: Double?
  }

  /// Seconds that the reader of stdout has, after a signal, to take what is
  /// finished.
  private static var outputGrace: Double { 3 }
  /// Seconds between two draws of the progress line at rest.
  private static var drawInterval: Double { 0.5 }
  /// Seconds after which no further row is begun before the worker's next step.
  static var takeInterval: Double { 0.01 }
  /// Seconds that finished lines are kept at most to be written together.
  private static var writeInterval: Double { 0.1 }

  /// A loop that reads `reader`, has `worker` do the work and writes to stdout.
  public init(
    reader: consuming LineReader, intake: Intake, worker: consuming Worker, progress: Progress,
    windowBytes: Int
  ) {
    self.init(
      reader: reader, output: OutputQueue(), intake: intake, worker: worker, progress: progress,
      windowBytes: windowBytes)
  }

  init(
    reader: consuming LineReader, output: consuming OutputQueue, intake: Intake,
    worker: consuming Worker, progress: Progress, windowBytes: Int
  ) {
    self.reader = reader
    self.output = output
    self.intake = intake
    self.worker = worker
    self.progress = progress
    self.windowBytes = windowBytes
    failures = FailureReport(stage: intake.stage)
  }

  /// Runs to the end of the input, or until a signal to stop or a failure.
  ///
  /// - Throws: why the input, the worker or the output failed, when what was
  ///   finished before has been written.
  public mutating func run() throws {
    do {
      try process()
    } catch {
      failure = error
      pending.removeAll()
      for line in window.takeFinished() { output.writeLine(line.span) }
      writeRest()
    }
    StandardError.endDrawing()
    failures.finish()
    if let failure { throw failure }
    if case .failed(let message) = output.state { throw ToolError(message) }
  }

  /// Closes the output; to be called last, whose failure is the tool's.
  public consuming func close() throws -> RowCounts {
    let counts = counts
    try output.close()
    return counts
  }

  private mutating func process() throws {
    while true {
      try stopIfAsked(now: Monotonic.seconds())
      let isStarved = try takeLines()
      let now = Monotonic.seconds()
      try step(now: now)
      drawProgress(now: now)
      if isDraining, pending.isEmpty, isWritten(now: now) { return }
      if isStarved, canTake, reader.isAlwaysReady {
        try readOn()
      } else {
        try wait(isStarved: isStarved, now: now)
      }
    }
  }

  /// Whether a line can be taken.
  var canTake: Bool {
    !isDraining && pendingBytes + window.waitingBytes + output.count < windowBytes
      && window.count < 1 << 20 && worker.hasCapacity
  }

  private mutating func step(now: Double) throws {
    let finished = try worker.step(now: now, isInputPaused: !canTake)
    for (ticket, outcome) in finished { settle(ticket, outcome) }
    while let line = window.next() { output.writeLine(line.span) }
  }

  /// Reads from an input that is ready.
  private mutating func readOn() throws {
    do throws(ToolError) {
      if try reader.read() { return }
    } catch {
      failure = error
    }
    isDraining = true
    try worker.endOfInput()
  }

  /// Reports each reason to stop to the worker, once.
  private mutating func stopIfAsked(now: Double) throws {
    if let signal = Interrupt.requested, stopping.signalTime == nil {
      stopping.signalTime = now
      isDraining = true
      try worker.stop(.signal(signal))
    }
    if output.state != .open, !stopping.hasOutputClosed {
      stopping.hasOutputClosed = true
      if output.state == .closed { Interrupt.outputHasClosed() }
      isDraining = true
      try worker.stop(.outputClosed)
    }
  }

  /// Whether all that can be written is written, once no row is in hand.
  private mutating func isWritten(now: Double) -> Bool {
    if !output.isBlocked { output.write() }
    guard output.count > 0, stopping.signalTime != nil else {
      return output.count == 0 && (output.state == .open || stopping.hasOutputClosed)
    }
    let start = stopping.lastRowTime ?? now
    stopping.lastRowTime = start
    return now >= start + Self.outputGrace
  }

  /// After a failure: writes what is finished, for as long as somebody reads.
  private mutating func writeRest() {
    while true {
      let now = Monotonic.seconds()
      if Interrupt.requested != nil { stopping.signalTime = stopping.signalTime ?? now }
      if isWritten(now: now) || output.state != .open { return }
      let end = stopping.lastRowTime.map { $0 + Self.outputGrace }
      poll(forInput: false, forWorker: false, until: end, now: now)
    }
  }
}

// MARK: - Waiting

extension FilterLoop where Worker: ~Copyable {
  /// Waits until something can be done, and reads if it is the input.
  ///
  /// - Parameter isStarved: whether all lines that were read are taken.
  private mutating func wait(isStarved: Bool, now: Double) throws {
    if output.state != .open, !stopping.hasOutputClosed { return }
    if output.count > 0, !output.isBlocked {
      // What comes in all the time keeps lines together for a moment only.
      if now < lastWrite + Self.writeInterval, isStarved, canTake,
        poll(forInput: true, until: now, now: now)
      {
        return try readOn()
      }
      output.write()
      lastWrite = now
      if output.state != .open { return }
    }
    // Lines that have been read may find capacity now.
    if !isStarved, canTake { return }
    if poll(forInput: isStarved && canTake, until: wakeTime(now: now), now: now) { try readOn() }
  }

  /// When something is due although nothing becomes ready.
  private func wakeTime(now: Double) -> Double? {
    var times = [worker.deadline(now: now)]
    if progress.isDrawn { times.append(now + Self.drawInterval) }
    if let start = stopping.lastRowTime { times.append(start + Self.outputGrace) }
    return times.compactMap(\.self).min()
  }

  /// The one place where a filter waits: until `time`, nil for no end.
  ///
  /// - Returns: whether the input can be read.
  @discardableResult
  private mutating func poll(
    forInput: Bool, forWorker: Bool = true, until time: Double?, now: Double
  ) -> Bool {
    var entries = [output.pollEntry]
    // Once a signal has come its descriptor stays readable. One that came after
    // `stopIfAsked` has looked must end this wait.
    var descriptors = [
      forInput ? reader.waitDescriptor ?? -1 : -1,
      stopping.signalTime == nil ? Interrupt.descriptor : -1,
    ]
    if forWorker { descriptors += worker.descriptors }
    for descriptor in descriptors {
      entries.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
    }
    let count = unsafe Glibc.poll(&entries, nfds_t(entries.count), Self.milliseconds(time, now))
    guard count > 0 else { return false }
    output.update(entries[0].revents)
    return entries[1].revents != 0
  }

  /// Rounded up, so that the loop does not spin in the last millisecond.
  private static func milliseconds(_ time: Double?, _ now: Double) -> Int32 {
    guard let time else { return -1 }
    return Int32(min(max(0, (time - now) * 1000).rounded(.up), 1e9))
  }
}
