/// The days by which the service counts requests: they begin at midnight in
/// America/Los_Angeles (https://ai.google.dev/gemini-api/docs/rate-limits).
///
/// The rule of the United States since 2007 is computed here, for the tool
/// links no time zone library and may run where no zone files are: clocks go
/// forward on the second Sunday of March at 10:00 UTC and back on the first
/// Sunday of November at 09:00 UTC.
enum PacificDay {
  /// The number of the day that holds `time`, counted from 1970-01-01.
  ///
  /// - Parameter time: seconds since 1970-01-01 00:00 UTC.
  static func number(at time: Double) -> Int {
    Int((time - offset(at: time)) / 86_400)
  }

  /// How many seconds Pacific time is behind UTC at `time`.
  private static func offset(at time: Double) -> Double {
    let days = Int((time / 86_400).rounded(.down))
    let year = civilYear(days)
    let marchFirst = dayNumber(year: year, march: true)
    let novemberFirst = dayNumber(year: year, march: false)
    let start = Double(firstSunday(from: marchFirst) + 7) * 86_400 + 10 * 3600
    let end = Double(firstSunday(from: novemberFirst)) * 86_400 + 9 * 3600
    return time >= start && time < end ? 7 * 3600 : 8 * 3600
  }

  /// The first Sunday on or after a day; 1970-01-01 was a Thursday.
  private static func firstSunday(from day: Int) -> Int {
    day + (7 - (day + 4) % 7) % 7
  }

  /// The number of the first of March or of November.
  private static func dayNumber(year: Int, march: Bool) -> Int {
    let leapDays = (year / 4 - year / 100 + year / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400)
    // Counted from the first of March, leap days are behind us.
    return (year - 1970) * 365 + leapDays + 59 + (march ? 0 : 245)
  }

  private static func civilYear(_ day: Int) -> Int {
    var year = 1970 + day / 366
    while dayNumber(year: year + 1, march: true) - 59 - (isLeap(year + 1) ? 1 : 0) <= day {
      year += 1
    }
    return year
  }

  private static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }
}
