import Synchronization

/// The state of a run, for the progress line.
final class RunStatus: Sendable {
  struct Snapshot {
    /// Rows in hand.
    var waiting = 0
    /// Requests in flight.
    var inFlight = 0
    /// Requests that have left in the last minute, and that may.
    var lastMinute = (used: 0, allowed: 0)
    var tokens = 0
    /// Why nothing is asked at the moment.
    var pause: String?
  }

  private let state = Mutex(Snapshot())

  func update(_ snapshot: Snapshot) { state.withLock { $0 = snapshot } }

  /// What the progress line says beside the rows.
  var note: String {
    let now = state.withLock { $0 }
    var text = ", \(now.waiting) waiting, \(now.inFlight) in flight"
    if now.lastMinute.allowed > 0 {
      text += ", \(now.lastMinute.used) of \(now.lastMinute.allowed) requests a minute"
    }
    text += ", \(now.tokens) tokens"
    if let pause = now.pause { text += "; \(pause)" }
    return text
  }
}

extension GeminiWorker {
  /// What the progress line shows of the run.
  func snapshot(now: Double) -> RunStatus.Snapshot {
    RunStatus.Snapshot(
      waiting: engine.rowsInHand, inFlight: engine.inFlight.count,
      lastMinute: limiter.lastMinute, tokens: engine.totals.usage.total,
      pause: engine.pauseText(now: now))
  }
}
