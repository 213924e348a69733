import Synchronization

/// How a run stands, for the progress line.
final class RunStatus: Sendable {
  struct Snapshot {
    /// Rows in hand.
    var waiting = 0
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
    var text = ", \(now.waiting) waiting"
    if now.lastMinute.allowed > 0 {
      text += ", \(now.lastMinute.used) of \(now.lastMinute.allowed) requests a minute"
    }
    text += ", \(now.tokens) tokens"
    if let pause = now.pause { text += "; \(pause)" }
    return text
  }
}

extension GeminiWorker {
  /// How the run stands.
  func snapshot(now: Double) -> RunStatus.Snapshot {
    RunStatus.Snapshot(
      waiting: rowsInHand, lastMinute: limiter.lastMinute, tokens: totals.usage.total,
      pause: pause(now: now))
  }

  private func pause(now: Double) -> String? {
    guard stop == nil, flights.isEmpty, let next = queue.first else { return nil }
    if overload.until > now {
      return "the service is overloaded, next try in \(Self.seconds(overload.until - now))"
    }
    guard case .at(let time) = limiter.availability(for: next.tokens, now: now), time > now else {
      return nil
    }
    let count = limiter.projects.count
    let who =
      count == 1 ? "the project is at its limit" : "all \(count) projects are at their limit"
    return "\(who), next room in \(Self.seconds(time - now))"
  }

  private static func seconds(_ time: Double) -> String { "\(Int(time.rounded(.up))) s" }
}
