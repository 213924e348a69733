/// The service has no capacity for the model, whoever asks: all requests wait
/// together, and then one goes first.
struct Overload {
  private(set) var until = 0.0
  private var failures = 0
  private var lastTime = -Double.infinity

  /// Whether a request may leave.
  func admits(inFlight: Int, now: Double) -> Bool {
    now >= until && (failures == 0 || inFlight == 0)
  }

  /// A request that left at `started` met it.
  mutating func record(
    started: Double, now: Double, using random: inout some RandomNumberGenerator
  ) {
    // All that were in flight together count as one failure.
    guard started >= lastTime else { return }
    failures += 1
    lastTime = now
    until = now + Backoff().delay(attempt: failures, using: &random)
  }

  /// A request was answered.
  mutating func clear() { failures = 0 }
}
