/// Dates as HTTP writes them (RFC 9110, section 5.6.7):
/// `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  /// Seconds since 1970 UTC; nil if `text` is not an IMF-fixdate of the years
  /// 1970 to 9999.
  static func seconds(_ text: String) -> Double? {
    let words = text.lowercased().split { $0 == " " || $0 == "," }
    guard words.count == 6, words[5] == "gmt" || words[5] == "utc",
      let day = Int(words[1]), (1...31).contains(day),
      let month = months.firstIndex(of: String(words[2])),
      let year = Int(words[3]), (1970...9999).contains(year)
    else { return nil }
    let time = words[4].split(separator: ":").map { Int($0) }
    guard time.count == 3, let hour = time[0], let minute = time[1], let second = time[2],
      (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
    else { return nil }
    let days = daysSince1970(year: year, month: month + 1, day: day)
    return Double(((days * 24 + hour) * 60 + minute) * 60 + second)
  }

  /// The proleptic Gregorian calendar, by counting years from March
  /// (https://howardhinnant.github.io/date_algorithms.html#days_from_civil).
  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = year / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}

/// The headers of a reply that decide something, as they were sent.
struct ReplyHeaders {
  /// Seconds, or a date.
  var retryAfter: String?
  /// The service's clock.
  var date: String?

  /// Seconds to wait by `Retry-After` (RFC 9110, section 10.2.3); nil if it is
  /// absent or unreadable. A date counts from the reply's own `Date`.
  var delay: Double? {
    guard let text = retryAfter?.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    else { return nil }
    if let seconds = Double(text) { return Bounds.delay(seconds) }
    guard let until = HTTPDate.seconds(text), let now = date.flatMap(HTTPDate.seconds) else {
      return nil
    }
    return Bounds.delay(max(0, until - now))
  }
}
