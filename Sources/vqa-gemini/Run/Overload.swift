/// The service has no capacity for the model, or the machine none for a request,
/// whoever asks: all requests wait together, and then one goes first.
struct Overload {
  private(set) var until = 0.0
  /// Why they wait, for people.
  private(set) var reason = ""
  private var failures = 0
  private var lastTime = -Double.infinity

  /// Whether a request may leave.
  func admits(inFlight: Int, now: Double) -> Bool {
    now >= until && (failures == 0 || inFlight == 0)
  }

  /// A request that left at `started` met it.
  ///
  /// - Returns: how often this reason was met since a request was answered.
  @discardableResult
  mutating func record(
    _ reason: String, started: Double, now: Double,
    using random: inout some RandomNumberGenerator
  ) -> Int {
    if reason != self.reason { (self.reason, failures) = (reason, 0) }
    // All that were in flight together count as one failure.
    guard started >= lastTime else { return failures }
    failures += 1
    lastTime = now
    until = now + Backoff().delay(attempt: failures, using: &random)
    return failures
  }

  /// A request was answered.
  mutating func clear() { failures = 0 }
}
