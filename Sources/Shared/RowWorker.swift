/// What became of one row.
public enum RowOutcome: Sendable {
  /// Done: these members, without the commas around them, take the place of
  /// the tool's own keys.
  case done([UInt8])
  /// It was found to need nothing, or only its old `error` had to go.
  case unchanged
  /// It failed and the others go on.
  case failed(RowFailure)
}

/// The part of a filter that is its own: it takes rows and says some time
/// later, in any order, what became of them. It may use threads or sockets;
/// the filter loop calls it from one thread.
public protocol RowWorker: ~Copyable {
  /// The keys that the filter removes and adds, `error` aside.
  var ownKeys: [RowKey] { get }

  /// Whether the row already holds what the filter adds.
  mutating func isDone(_ row: borrowing RowView) throws -> Bool

  /// Whether `begin` may be called.
  var hasRoom: Bool { get }

  /// Takes a row in. `ticket` comes back with its outcome.
  mutating func begin(_ row: Row, ticket: Int) throws

  /// No more rows will come; what waits for company need wait no longer.
  mutating func endOfInput() throws

  /// A signal to stop has come: what is in hand is to be finished or given
  /// up within a few seconds, each row with an outcome.
  mutating func interrupt() throws

  /// The rows that are finished. Waits until there is one, or until `input`
  /// (a file descriptor, nil if no more lines are wanted now) or
  /// `Interrupt.descriptor` is readable; without waiting if `isPatient` is
  /// false.
  mutating func finished(
    orReadable input: Int32?, isPatient: Bool
  ) throws -> [(ticket: Int, outcome: RowOutcome)]
}
