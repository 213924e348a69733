/// A file's name that says which of how many it is:
/// `train-00000-of-00003-2a1c3b2e8e1f6a7d.parquet`.
public struct Shard: Equatable, Sendable {
  /// What stands before the numbers, such as `train`.
  public let prefix: String
  /// Counted from 0.
  let index: Int
  let count: Int
  /// Whether the name goes on with `.` or with `-…` and then `.`.
  let isFollowedByDot: Bool

  /// nil if the name is of another form: at least five digits on both sides.
  public init?(_ path: String) {
    let name = path.split(separator: "/").last ?? ""
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    // The last place is the one that counts, as in `datasets`.
    for place in parts.indices.dropFirst().dropLast(2).reversed() where parts[place + 1] == "of" {
      let total = parts[place + 2].prefix { $0.isASCIIDigit }
      guard let index = Self.number(parts[place]), let count = Self.number(total) else { continue }
      let rest = parts[(place + 2)...].joined(separator: "-").dropFirst(total.count)
      guard rest.isEmpty || ".-_".contains(rest.first ?? ".") else { continue }
      prefix = parts[..<place].joined(separator: "-")
      guard !prefix.isEmpty else { return nil }
      (self.index, self.count) = (index, count)
      isFollowedByDot = rest.contains(".")
      return
    }
    return nil
  }

  private static func number(_ text: Substring) -> Int? {
    text.count >= 5 && text.allSatisfy(\.isASCIIDigit) ? Int(text) : nil
  }

  /// What is missing of the shards among `paths`; nil if nothing is.
  static func missing(among paths: [String]) -> String? {
    struct Series: Hashable {
      let place: Substring
      let prefix: String
      let count: Int
    }
    var found: [Series: Set<Int>] = [:]
    for path in paths {
      guard let shard = Shard(path) else { continue }
      let place = path.prefix(path.count - (path.split(separator: "/").last?.count ?? 0))
      found[Series(place: place, prefix: shard.prefix, count: shard.count), default: []]
        .insert(shard.index)
    }
    for (series, indices) in found.sorted(by: { $0.key.prefix < $1.key.prefix })
    where indices.count < series.count {
      let first = (0..<series.count).first { !indices.contains($0) } ?? 0
      return "\(indices.count) of \(series.count) files are there; the first that is missing is "
        + "\(series.place)\(series.prefix)-\(padded(first))-of-\(padded(series.count))"
    }
    return nil
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }
}

extension Character {
  var isASCIIDigit: Bool { isASCII && isNumber }
}
