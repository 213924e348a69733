/// Seconds in which the process was running, so that a timeout does not run
/// while it is stopped (Ctrl-Z) or the machine sleeps.
///
/// Whoever advances it does so at least twice a second while it matters; a
/// longer step is taken for a stop.
struct RunningClock {
  /// A step longer than this, in seconds, counts as this.
  static let longestStep = 1.0

  private var last: Double?
  private(set) var elapsed = 0.0

  mutating func advance(to now: Double) {
    if let last { elapsed += min(Self.longestStep, max(0, now - last)) }
    last = now
  }
}
