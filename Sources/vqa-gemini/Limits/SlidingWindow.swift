/// The requests to one model in one project during the last minute, and when
/// the next one may follow.
///
/// The service allows so many requests and so many input tokens in any 60
/// seconds. A window may be used up at once; the next request leaves when the
/// oldest one that stands in its way has left the window.
struct SlidingWindow {
  /// Seconds that a request counts. A second more than the service's minute,
  /// since what counts there is when its program sees a request, which is later
  /// than its system's acknowledgement, and by more for one than for another.
  static let span = 61.0
  /// Seconds that the time of a request may lie ahead; see
  /// `Limiter.uploadLead`.
  static let maximumLead = 10.0

  /// How far a request has come.
  enum Status: Int64 { case unanswered = 0, accepted = 1, refused = 2 }

  /// One request.
  struct Entry: Equatable {
    var id: Int64
    /// From when it counts: when its last byte was acknowledged, or, before
    /// that, an estimate that is not earlier.
    var time: Double
    /// Input tokens, estimated and later as the service counted them.
    var tokens: Int
    var status: Status
  }

  /// In order of `time`; those before `first` have left the window.
  private var entries: [Entry] = []
  private var first = 0
  private(set) var tokens = 0
  private(set) var unanswered = 0
  private(set) var accepted = 0

  /// When the latest request was let go; later news of it do not count.
  private var latestStart = -Double.infinity

  var count: Int { entries.count - first }
  /// When the latest request was let go; nil if the window is empty.
  var latest: Double? { count == 0 ? nil : latestStart }

  /// Adds a request, or changes what is known of it.
  mutating func record(_ entry: Entry) {
    var entry = entry
    if !remove(entry.id) { latestStart = max(latestStart, entry.time) }
    entry.tokens = min(max(0, entry.tokens), RateLimit.maximum)
    let place = entries[first...].lastIndex { $0.time <= entry.time }.map { $0 + 1 } ?? first
    entries.insert(entry, at: place)
    add(entry, 1)
  }

  /// Takes out a request that was not sent.
  ///
  /// - Returns: whether it was there.
  @discardableResult
  mutating func remove(_ id: Int64) -> Bool {
    // Changes come soon after the request itself, so the search is short.
    guard let index = entries[first...].lastIndex(where: { $0.id == id }) else { return false }
    add(entries.remove(at: index), -1)
    return true
  }

  /// Drops what has left the window. No request lies further ahead than
  /// `maximumLead`, whatever was stored.
  mutating func advance(to now: Double) {
    while first < entries.count, entries[first].time + Self.span <= now {
      add(entries[first], -1)
      first += 1
    }
    var last = entries.count - 1
    while last >= first, !(entries[last].time <= now + Self.maximumLead) {
      entries[last].time = now
      last -= 1
    }
    if last < entries.count - 1 { entries[first...].sort { $0.time < $1.time } }
    if first > 1024, first * 2 > entries.count {
      entries.removeFirst(first)
      first = 0
    }
  }

  /// When a request of `size` units fits into `amount` units a window.
  ///
  /// - Parameters:
  ///   - size: input tokens; what counts requests takes 1.
  ///   - amount: more than 0. A request larger than that waits for an empty
  ///     window: the service is to say no.
  /// - Returns: `now`, or a later time in seconds.
  func availability(
    for size: Int, of unit: RateLimit.Unit, amount: Int, now: Double
  ) -> Double {
    switch unit {
    case .requests:
      guard count >= amount else { return now }
      return max(now, entries[entries.count - amount].time + Self.span)
    case .inputTokens:
      var time = now
      var excess = tokens + min(max(0, size), RateLimit.maximum) - amount
      var index = first
      while excess > 0, index < entries.count {
        time = max(time, entries[index].time + Self.span)
        excess -= entries[index].tokens
        index += 1
      }
      return time
    }
  }

  private mutating func add(_ entry: Entry, _ sign: Int) {
    tokens += sign * entry.tokens
    switch entry.status {
    case .unanswered: unanswered += sign
    case .accepted: accepted += sign
    case .refused: break
    }
  }
}
