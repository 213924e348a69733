/// What a project may ask of a model.
struct Limits: Equatable, Sendable {
  /// Requests in any 60 seconds.
  var requestsPerMinute: Int
  /// Input tokens in any 60 seconds; nil if not limited.
  var tokensPerMinute: Int?
  /// Requests from one Pacific midnight to the next; nil if not limited.
  var requestsPerDay: Int?

  /// The tighter of each pair.
  func limited(to other: Limits.Learned) -> Limits {
    Limits(
      requestsPerMinute: min(requestsPerMinute, other.requestsPerMinute ?? .max),
      tokensPerMinute: Self.tighter(tokensPerMinute, other.tokensPerMinute),
      requestsPerDay: Self.tighter(requestsPerDay, other.requestsPerDay))
  }

  private static func tighter(_ a: Int?, _ b: Int?) -> Int? {
    guard let a else { return b }
    guard let b else { return a }
    return min(a, b)
  }

  /// What refusals have taught; nil where nothing was learned.
  struct Learned: Equatable, Sendable {
    var requestsPerMinute: Int?
    var tokensPerMinute: Int?
    var requestsPerDay: Int?
  }
}
