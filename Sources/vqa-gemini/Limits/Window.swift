/// The requests to one model in one project during the last minute, and when
/// the next one may follow.
///
/// The service allows so many requests and so many input tokens in any 60
/// seconds. A window may be used up at once; the next request leaves when the
/// oldest one that stands in its way has left the window.
struct Window {
  /// Seconds that a request counts. Half a second more than the service's
  /// minute, since what counts there is when a request arrives, and one sent
  /// later may travel faster.
  static let span = 60.5

  /// What has become of a request.
  enum Fate: Int64 { case flying = 0, accepted = 1, refused = 2 }

  /// One request.
  struct Entry {
    var id: Int64
    /// When its last byte left, or, before that, when it was started; seconds.
    var time: Double
    /// Input tokens, estimated and later as the service counted them.
    var tokens: Int
    var fate: Fate
  }

  /// In order of `time`; those before `first` have left the window.
  private var entries: [Entry] = []
  private var first = 0
  private(set) var tokens = 0
  private(set) var flying = 0
  private(set) var accepted = 0

  var count: Int { entries.count - first }
  /// When the latest request left.
  var latest: Double? { count == 0 ? nil : entries[entries.count - 1].time }

  /// Adds a request, or changes what is known of it.
  mutating func record(_ entry: Entry) {
    // Changes come soon after the request itself, so the search is short.
    if let index = entries[first...].lastIndex(where: { $0.id == entry.id }) {
      add(entries.remove(at: index), -1)
    }
    let place = entries[first...].lastIndex { $0.time <= entry.time }.map { $0 + 1 } ?? first
    entries.insert(entry, at: place)
    add(entry, 1)
  }

  /// Forgets what has left the window. A request from the future, which a
  /// clock that was set back leaves behind, counts as made just now, lest it
  /// stand in the way for hours.
  mutating func advance(to now: Double) {
    while first < entries.count, entries[first].time + Self.span <= now {
      add(entries[first], -1)
      first += 1
    }
    var last = entries.count - 1
    while last >= first, entries[last].time > now + 1 {
      entries[last].time = now
      last -= 1
    }
    if first > 1024, first * 2 > entries.count {
      entries.removeFirst(first)
      first = 0
    }
  }

  /// When a request of `size` input tokens has room.
  ///
  /// - Parameters:
  ///   - requests: allowed in any window; more than 0.
  ///   - tokens: allowed in any window; nil if not limited. A request larger
  ///     than that waits for an empty window: the service is to say no.
  /// - Returns: `now`, or a later time in seconds.
  func room(for size: Int, requests: Int, tokens allowed: Int?, now: Double) -> Double {
    var time = now
    if count >= requests {
      time = max(time, entries[entries.count - requests].time + Self.span)
    }
    if let allowed {
      var excess = tokens + size - allowed
      var index = first
      while excess > 0, index < entries.count {
        time = max(time, entries[index].time + Self.span)
        excess -= entries[index].tokens
        index += 1
      }
    }
    return time
  }

  private mutating func add(_ entry: Entry, _ sign: Int) {
    tokens += sign * entry.tokens
    switch entry.fate {
    case .flying: flying += sign
    case .accepted: accepted += sign
    case .refused: break
    }
  }
}
