import Shared

/// A lock that another process holds: when it is tried again, and the line on
/// stderr when that lasts.
struct LockWait {
  /// Seconds after which the wait is reported.
  static let reportAfter = 3.0

  /// What is locked.
  let path: String
  /// When the lock was first found held; nil while it is not.
  private(set) var since: Double?
  private var isReported = false
  /// When to try again.
  private(set) var retryAt = 0.0

  init(path: String) { self.path = path }

  /// The lock was found held.
  mutating func blocked(now: Double) {
    let start = since ?? now
    since = start
    // Soon at first, and not in step with the other processes that wait.
    retryAt = now + min(0.1, 0.01 + (now - start) / 4) * Double.random(in: 0.5...1)
    guard now - start >= Self.reportAfter, !isReported else { return }
    isReported = true
    StandardError.line("vqa-gemini: \(path): locked by another process; waiting for it")
  }

  /// What waits for the lock when nothing else is left to do gives up some seconds
  /// after a signal.
  struct End {
    private var time = Double.infinity

    mutating func hasCome(now: Double) -> Bool {
      if Interrupt.isEnding { time = min(time, now + EngineOptions.grace) }
      return now >= time
    }
  }

  /// The lock was had.
  mutating func passed() { if since != nil { self = LockWait(path: path) } }
}
