import Shared

/// Until when nothing happens by itself, and what is said of it.
extension Engine {
  /// Seconds between two looks at the timeouts of requests in flight.
  static let timeoutPrecision = 0.25

  /// When `time` is to be reported although nothing else has happened; nil if
  /// nothing depends on the time.
  func deadline(now: Double) -> Double? {
    var times: [Double] = []
    if !inFlight.isEmpty {
      times.append(now + 2 * Self.timeoutPrecision)
      if let stopDeadline { times.append(stopDeadline) }
    }
    if isDeferring { times.append(-.infinity) }
    if stop == nil {
      if let due = queue.nextDue { times.append(due) }
      if let due = peerWaits.due { times.append(due) }
      if let time = launchTime { times.append(time) }
    }
    return times.min()
  }

  /// When the next request that waits may leave, as far as that is a matter
  /// of time; a time that has passed if it may at once.
  private var launchTime: Double? {
    if launches >= EngineOptions.launchBatch, queue.readyCount > 0 { return -.infinity }
    guard queue.readyCount > 0, inFlight.count < options.jobs, permitRefusal == nil,
      let time = permitWait?.time
    else {
      return queue.readyCount > 0 && inFlight.isEmpty ? overload.until : nil
    }
    return max(time, overload.until)
  }

  /// Why nothing is asked at the moment, and until when that is so; nil if
  /// something is in flight, or nothing waits.
  func pause(now: Double) -> (reason: String, until: Double)? {
    guard stop == nil, inFlight.isEmpty else { return nil }
    guard queue.readyCount > 0 else {
      if let due = queue.nextDue { return ("the service or the network failed", due) }
      return peerWaits.since.map { _ in ("another process asks the same", .infinity) }
    }
    if overload.until > now { return (overload.reason, overload.until) }
    return permitWait.map { ($0.reason, $0.time) }
  }

  /// What the progress line says of a pause.
  func pauseText(now: Double) -> String? {
    guard let (reason, until) = pause(now: now), until > now else { return nil }
    guard until.isFinite else { return reason }
    return "\(reason), next request in \(Int((until - now).rounded(.up))) s"
  }

  /// Reports a wait of more than half a minute, once.
  mutating func reportLongWait(_ now: Double) {
    guard leasing.isEmpty, !isAwaitingPermit else { return }
    guard let (reason, until) = pause(now: now) else {
      if !inFlight.isEmpty || peerWaits.count + queue.count == 0 { reportedUntil = 0 }
      return
    }
    let isLong =
      until.isFinite
      ? until > now + EngineOptions.longWait
      : now > (peerWaits.since ?? now) + EngineOptions.longWait
    // The end of a wait moves by a little.
    guard isLong, until > reportedUntil + 1 else { return }
    reportedUntil = until
    let time = until.isFinite ? " for \(Int((until - now).rounded(.up))) s" : ""
    actions.append(.reportWait("waiting\(time): \(reason)"))
  }
}
