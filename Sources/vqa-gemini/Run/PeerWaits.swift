/// Requests that another process is asking, and when they are looked at again.
struct PeerWaits {
  /// Seconds between two looks, first and at most.
  static let soonest = 0.05
  static let latest = 1.0

  private var asks: [(due: Double, ask: Ask)] = []

  var count: Int { asks.count }
  /// When to look again; nil if nothing waits.
  var due: Double? { asks.lazy.map(\.due).min() }
  /// Since when the first of them has been waiting; nil if nothing waits.
  var since: Double? { asks.lazy.compactMap(\.ask.heldSince).min() }

  mutating func append(_ ask: Ask, now: Double) {
    var ask = ask
    ask.heldSince = ask.heldSince ?? now
    let doubling = Self.soonest * Double(1 << min(ask.looks, 8))
    ask.looks += 1
    asks.append((now + min(Self.latest, doubling), ask))
  }

  /// What is to be looked at now, up to `limit`.
  mutating func takeDue(_ limit: Int, now: Double) -> [Ask] {
    guard asks.contains(where: { $0.due <= now }) else { return [] }
    var taken: [Ask] = []
    asks.removeAll { entry in
      guard entry.due <= now, taken.count < limit else { return false }
      taken.append(entry.ask)
      return true
    }
    return taken
  }

  mutating func removeAll() -> [Ask] {
    defer { asks = [] }
    return asks.map(\.ask)
  }
}
