/// The service's wall clock, which decides when its day begins. It is known
/// from the `Date` of its responses; the local clock, which may be wrong or be
/// set while the tool runs, serves only until the first of them.
struct ServiceClock {
  /// Seconds from `BootClock` to the service's clock; nil while not known.
  private(set) var offset: Double?
  /// Whether `offset` is to be shared with other processes.
  var isUnwritten = false
  /// The local clock, seconds since 1970.
  var localTime: () -> Double = BootClock.wallTime

  /// Differences below this many seconds are the network's.
  private static let tolerance = 2.0
  /// Dates before 2020 or after 2200 are not taken for true.
  private static let plausible = 1_577_836_800.0...7_258_118_400.0

  /// A response bore this date.
  ///
  /// - Parameters:
  ///   - date: seconds since 1970.
  ///   - now: when it arrived.
  mutating func observe(_ date: Double, at now: Double) {
    guard Self.plausible.contains(date) else { return }
    if let offset, abs(offset - (date - now)) < Self.tolerance { return }
    offset = date - now
    isUnwritten = true
  }

  /// Takes over what another process has observed.
  mutating func adopt(_ offset: Double?, now: Double) {
    guard self.offset == nil, let offset, Self.plausible.contains(offset + now) else { return }
    self.offset = offset
  }

  /// The Pacific day at `now`.
  func day(at now: Double) -> Int {
    let time = offset.map { $0 + now } ?? localTime()
    return PacificDay.number(at: min(max(0, time), Self.plausible.upperBound))
  }
}
