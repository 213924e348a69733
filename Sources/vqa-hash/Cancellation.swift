import Shared
import Synchronization

/// When work in hand is to be given up: some time after a signal, or at once
/// where nobody wants it any more.
final class Cancellation: Sendable {
  /// What a picture in work has after a signal, in nanoseconds.
  private static let grace: UInt64 = 2_000_000_000
  /// What it has after that to look whether it is to be given up.
  private static let patience: UInt64 = 2_000_000_000
  /// Of the monotonic clock.
  private let deadline = Atomic<UInt64>(.max)

  /// Whether the time has come. Asked from all threads, so that also a decoder
  /// on the main thread hears of a signal.
  var isDue: Bool {
    if Interrupt.requested != nil { expire(after: Self.grace) }
    let deadline = deadline.load(ordering: .relaxed)
    return deadline != .max && Monotonic.nanoseconds() >= deadline
  }

  /// Whether a signal has not been heard: libwebp looks at nothing while it
  /// decodes, and libtiff at nothing within a strip. Such a thread is left to
  /// the end of the process, which is by the signal.
  var isOverdue: Bool {
    isDue && Interrupt.requested != nil
      && Monotonic.nanoseconds() >= deadline.load(ordering: .relaxed) + Self.patience
  }

  /// Ends all work at its next look.
  func cancel() { deadline.store(Monotonic.nanoseconds(), ordering: .relaxed) }

  private func expire(after time: UInt64) {
    guard deadline.load(ordering: .relaxed) == .max else { return }
    _ = deadline.compareExchange(
      expected: .max, desired: Monotonic.nanoseconds() + time, ordering: .relaxed)
  }
}
