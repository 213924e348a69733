/// The result of one row.
public enum RowOutcome: Sendable {
  /// Done: these members, without the commas around them, replace the tool's
  /// own keys.
  case done([UInt8])
  /// The row needed nothing, or only its old `error` had to go.
  case unchanged
  /// The row goes on as it came, its old `error` included.
  case passed
  /// The row failed and the others go on.
  case failed(RowFailure)
}

/// Why a worker must start nothing new.
public enum StopReason: Sendable, Equatable {
  /// This signal asked the tool to stop.
  case signal(Int32)
  /// Nobody reads stdout any more, or it cannot be written.
  case outputClosed
}

/// The part of a filter that is its own: it takes rows and later, in any
/// order, gives their outcomes. It may use threads or sockets, but never
/// waits: `FilterLoop` waits for its descriptors and its deadline, and calls
/// it from one thread.
///
/// A worker that throws ends the run: the finished rows are written, the rows
/// in hand are lost. It returns the outcomes that it has before it throws.
public protocol RowWorker: ~Copyable {
  /// The keys that the filter removes and adds, `error` aside.
  var ownKeys: [RowKey] { get }

  /// Whether the row already holds what the filter adds.
  mutating func isDone(_ row: borrowing RowView) throws -> Bool

  /// Whether `begin` may be called.
  var hasCapacity: Bool { get }

  /// Takes a row. Its outcome is given with `ticket` by a later `step`.
  mutating func begin(_ row: Row, ticket: Int) throws

  /// No more rows will come.
  mutating func endOfInput() throws

  /// Nothing new is to be started, and each row in hand is to get an outcome
  /// soon. May be called again with another reason.
  mutating func stop(_ reason: StopReason) throws

  /// File descriptors; `step` is called when one of them is readable.
  var descriptors: [Int32] { get }

  /// When `step` is to be called although no descriptor is readable, in
  /// seconds of `CLOCK_MONOTONIC`; nil for never.
  func deadline(now: Double) -> Double?

  /// Does all that can be done without waiting, and gives the outcomes of the
  /// rows that are finished.
  ///
  /// - Parameters:
  ///   - now: seconds of `CLOCK_MONOTONIC`.
  ///   - isInputPaused: whether no more rows come until rows in hand are
  ///     finished: those that wait for others to join them must not wait on.
  mutating func step(
    now: Double, isInputPaused: Bool
  ) throws -> [(ticket: Int, outcome: RowOutcome)]
}
