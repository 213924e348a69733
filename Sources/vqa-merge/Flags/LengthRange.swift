import Glibc

/// The lengths of explanations, in words, that are not far from the rest.
///
/// The logarithm of a length is compared with the median of all, in units of
/// the median distance from it, which outliers do not move; and an outlier is
/// at least a factor of 2.5 away, so that texts that are all alike have none.
struct LengthRange: Equatable {
  /// Fewer rows say nothing of what is usual.
  static let minimumCount = 20
  /// Of a normal distribution one in two thousand is farther away.
  private static let deviations = 3.5
  /// The median distance of a normal distribution, times this, is its standard
  /// deviation.
  private static let scale = 1.4826
  private static let minimumFactor = 2.5

  let median: Int
  let lowest: Double
  let highest: Double

  /// - Parameter counts: how many explanations have each length.
  /// - Returns: nil if they are too few.
  init?(_ counts: [Int: Int]) {
    let total = counts.values.reduce(0, +)
    guard total >= Self.minimumCount else { return nil }
    let logarithms = counts.map { (value: log(Double(max($0.key, 1))), count: $0.value) }
    let middle = Self.median(logarithms, total)
    let distances = logarithms.map { (value: abs($0.value - middle), count: $0.count) }
    let spread = Self.deviations * Self.scale * Self.median(distances, total)
    let factor = exp(max(spread, log(Self.minimumFactor)))
    let center = exp(middle)
    median = Int(center.rounded())
    (lowest, highest) = (center / factor, center * factor)
  }

  private static func median(_ values: [(value: Double, count: Int)], _ total: Int) -> Double {
    var rest = total / 2
    for (value, count) in values.sorted(by: { $0.value < $1.value }) {
      if rest < count { return value }
      rest -= count
    }
    return 0
  }

  /// What there is to say of a length that is far from the rest; nil if it is
  /// not.
  func outlier(_ count: Int) -> [String]? {
    let length = Double(max(count, 1))
    guard length < lowest || length > highest else { return nil }
    return ["\(count) \(count == 1 ? "word" : "words")", "the median is \(median)"]
  }
}
