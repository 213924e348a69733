/// What waits to be asked: first in, first out, but for what waits for its
/// next attempt.
struct AskQueue {
  /// What goes first; the next one is the last.
  private var front: [Ask] = []
  private var ready: [Ask?] = []
  private var head = 0
  /// By time, the soonest last.
  private var delayed: [(time: Double, ask: Ask)] = []

  /// Without those that wait for their time.
  var readyCount: Int { front.count + ready.count - head }
  var count: Int { readyCount + delayed.count }
  /// When the next delayed one is due; nil if there is none.
  var nextDue: Double? { delayed.last?.time }
  /// The next one to be asked.
  var first: Ask? { front.last ?? (head < ready.count ? ready[head] : nil) }

  /// The next ones to be asked.
  func prefix(_ count: Int) -> [Ask] {
    let first = front.suffix(count).reversed()
    return first + ready[head...].prefix(count - first.count).compactMap { $0 }
  }

  /// Whether any that waits is as `predicate` says.
  func contains(where predicate: (Ask) -> Bool) -> Bool {
    front.contains(where: predicate) || delayed.contains { predicate($0.ask) }
      || ready[head...].contains { $0.map(predicate) ?? false }
  }

  mutating func append(_ ask: Ask) { ready.append(ask) }

  /// Puts one back in front.
  mutating func prepend(_ ask: Ask) { front.append(ask) }

  /// Puts one aside until `time`.
  mutating func append(_ ask: Ask, notBefore time: Double) {
    let place = delayed.lastIndex { $0.time >= time }.map { $0 + 1 } ?? 0
    delayed.insert((time, ask), at: place)
  }

  /// Moves what is due to the front.
  mutating func advance(to now: Double) {
    var due: [Ask] = []
    while let next = delayed.last, next.time <= now {
      due.append(next.ask)
      delayed.removeLast()
    }
    front += due.reversed()
  }

  mutating func popFirst() -> Ask? {
    if let ask = front.popLast() { return ask }
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
    return front.reversed() + ready[head...].compactMap { $0 } + delayed.reversed().map(\.ask)
  }
}
