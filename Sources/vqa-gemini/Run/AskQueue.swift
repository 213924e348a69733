/// What waits to be asked: first in, first out, but for what waits for its
/// next attempt.
struct AskQueue {
  private var ready: [Ask?] = []
  private var head = 0
  private var delayed: [(time: Double, ask: Ask)] = []

  var readyCount: Int { ready.count - head }
  var count: Int { readyCount + delayed.count }
  /// When the next delayed one is due; nil if there is none.
  var nextDue: Double? { delayed.map(\.time).min() }
  /// The next one to be asked.
  var first: Ask? { head < ready.count ? ready[head] : nil }

  mutating func append(_ ask: Ask) { ready.append(ask) }

  /// Puts one back in front.
  mutating func prepend(_ ask: Ask) {
    if head > 0 {
      head -= 1
      ready[head] = ask
    } else {
      ready.insert(ask, at: 0)
    }
  }

  /// Puts one aside until `time`.
  mutating func append(_ ask: Ask, notBefore time: Double) { delayed.append((time, ask)) }

  /// Moves what is due to the front.
  mutating func advance(to now: Double) {
    guard !delayed.isEmpty else { return }
    let due = delayed.filter { $0.time <= now }
    guard !due.isEmpty else { return }
    delayed.removeAll { $0.time <= now }
    for entry in due.sorted(by: { $0.time > $1.time }) { prepend(entry.ask) }
  }

  mutating func popFirst() -> Ask? {
    guard head < ready.count else { return nil }
    let ask = ready[head]
    // Lets go of its picture.
    ready[head] = nil
    head += 1
    if head > 256, head * 2 > ready.count {
      ready.removeFirst(head)
      head = 0
    }
    return ask
  }

  /// Takes out everything.
  mutating func removeAll() -> [Ask] {
    defer { self = AskQueue() }
    return ready[head...].compactMap { $0 } + delayed.map(\.ask)
  }
}
