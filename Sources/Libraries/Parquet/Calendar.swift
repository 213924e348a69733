/// Spells dates and times as ISO 8601 does.
enum Calendar {
  /// `days` since 1970-01-01, in the proleptic Gregorian calendar.
  static func date(_ days: Int64) -> String {
    // "Days from civil" turned round: years begin in March, eras have 400 years.
    // https://howardhinnant.github.io/date_algorithms.html#civil_from_days
    let shifted = days &+ 719_468
    let era = (shifted >= 0 ? shifted : shifted &- 146_096) / 146_097
    let dayOfEra = shifted &- era &* 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
    return "\(pad(year, 4))-\(pad(month < 10 ? month + 3 : month - 9, 2))-\(pad(day, 2))"
  }

  /// `value` units since midnight.
  static func time(_ value: Int64, _ unit: LogicalType.Unit) -> String {
    let seconds = value / unit.perSecond
    let clock = "\(pad(seconds / 3600, 2)):\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2))"
    let fraction = value % unit.perSecond
    return fraction == 0 ? clock : "\(clock).\(pad(fraction, unit.digits))"
  }

  /// `value` units since 1970-01-01T00:00, with a `Z` behind it if the clock is UTC.
  static func timestamp(_ value: Int64, _ unit: LogicalType.Unit, utc: Bool) -> String {
    let perDay = 86_400 * unit.perSecond
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: perDay)
    let days = remainder < 0 ? quotient - 1 : quotient
    let ofDay = remainder < 0 ? remainder + perDay : remainder
    return "\(date(days))T\(time(ofDay, unit))\(utc ? "Z" : "")"
  }

  /// Nanoseconds of the day in 8 bytes, the Julian day in 4, little-endian.
  static func int96(_ bytes: Span<UInt8>) -> String {
    var words: (UInt64, UInt32) = (0, 0)
    for index in 0..<min(8, bytes.count) { words.0 |= UInt64(bytes[index]) << UInt64(8 * index) }
    for index in 8..<max(8, min(12, bytes.count)) {
      words.1 |= UInt32(bytes[index]) << UInt32(8 * (index - 8))
    }
    // Julian day 2,440,588 is 1970-01-01.
    let days = Int64(words.1) - 2_440_588
    let nanoseconds = Int64(bitPattern: words.0)
    return "\(date(days))T\(time(nanoseconds, .nanoseconds))"
  }

  private static func pad(_ value: Int64, _ width: Int) -> String {
    let digits = String(value.magnitude)
    let zeros = String(repeating: "0", count: max(0, width - digits.count))
    return (value < 0 ? "-" : "") + zeros + digits
  }
}

extension LogicalType.Unit {
  fileprivate var perSecond: Int64 {
    switch self {
    case .milliseconds: 1000
    case .microseconds: 1_000_000
    case .nanoseconds: 1_000_000_000
    }
  }

  fileprivate var digits: Int {
    switch self {
    case .milliseconds: 3
    case .microseconds: 6
    case .nanoseconds: 9
    }
  }
}
