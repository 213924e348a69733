/// How long to wait before something is tried again: exponential, with full
/// jitter, so that clients that failed together do not come back together.
struct Backoff {
  /// Seconds that the first wait can last at most.
  var base = 1.0
  /// Seconds that any wait can last at most.
  var cap = 60.0

  /// - Parameter attempt: how many times it has failed; 1 or more.
  /// - Returns: seconds, from 0 up to `base * 2^(attempt - 1)` or `cap`.
  func delay(attempt: Int, using generator: inout some RandomNumberGenerator) -> Double {
    Double.random(in: 0...ceiling(attempt: attempt), using: &generator)
  }

  /// The longest wait after `attempt` failures.
  func ceiling(attempt: Int) -> Double {
    var ceiling = base
    for _ in 1..<max(2, min(attempt, 64)) where attempt > 1 { ceiling = min(cap, ceiling * 2) }
    return min(cap, ceiling)
  }
}
