/// How fast rows go by, to tell how long the rest will take.
///
/// Measured over the last minute, since what a quota allows in a minute is
/// often used in its first second; in the first minute over the time so far.
struct Pace {
  static let span = 60.0
  /// Seconds before there is an estimate.
  static let least = 10.0
  private var samples: [(time: Double, rows: Int)] = []

  /// Notes how many rows have gone by at `time`, in seconds.
  mutating func note(_ rows: Int, at time: Double) {
    if let last = samples.last, time < last.time + 1 { return }
    samples.append((time, rows))
    // The first one is the last that is a minute old or more.
    while samples.count > 1, samples[1].time <= time - Self.span { samples.removeFirst() }
  }

  /// Seconds that `rows` more will take; nil if that cannot be told.
  func seconds(for rows: Int) -> Double? {
    guard let first = samples.first, let last = samples.last, last.rows > first.rows,
      last.time - first.time >= Self.least
    else { return nil }
    return Double(rows) * (last.time - first.time) / Double(last.rows - first.rows)
  }

  /// Such as `, about 12 min left`; nothing if it cannot be estimated.
  ///
  /// - Parameter isLeast: whether more rows may come than are known of.
  func note(forRest rows: Int?, isLeast: Bool = false) -> String {
    guard let rows, rows > 0, let seconds = seconds(for: rows), seconds < 1e9 else { return "" }
    let about = isLeast ? "at least" : "about"
    return switch seconds {
    case ..<90: ", \(about) \(Int(seconds.rounded(.up))) s left"
    case ..<5400: ", \(about) \(Int((seconds / 60).rounded())) min left"
    default: ", \(about) \(Int((seconds / 3600).rounded())) h left"
    }
  }
}
