/// Failures that show that a run should stop, counted: many in a row of the
/// network or the service, 429s without end, the same refusal from the start.
struct FailureStreaks {
  /// Whether any row was answered in this run.
  private(set) var hasAnswer = false
  private var failedRows = 0
  private var throttles = 0
  private var lastThrottle = -Double.infinity
  private var refusals = 0
  private var refusal = ""
  private var areRefusalsEqual = true
  /// The picture of all refusals so far; nil if they are about several.
  private var refusedPicture: [UInt8]?

  /// The service has done a request, whatever the reply is worth.
  mutating func recordServed() { (failedRows, throttles) = (0, 0) }

  /// A row was answered.
  mutating func recordAnswer() { hasAnswer = true }

  /// A row failed for the network or the service, after all tries.
  ///
  /// - Returns: why the run should stop, if it should.
  mutating func recordFailedRow(_ message: String) -> Stop? {
    failedRows += 1
    guard failedRows >= EngineOptions.failedRows else { return nil }
    return .early("the last \(failedRows) rows failed: \(message)")
  }

  /// A request that left at `started` was refused with 429. All that were in
  /// flight together count as one.
  mutating func recordThrottle(_ message: String, started: Double, now: Double) -> Stop? {
    guard started >= lastThrottle else { return nil }
    lastThrottle = now
    throttles += 1
    guard throttles >= EngineOptions.throttles else { return nil }
    return .early(
      "the service refused \(throttles) requests one after another and answered none: \(message)")
  }

  /// The service refused a request for good. Only refusals count here, which
  /// nothing in the rows brings about. An answer that is blocked, cut or fails the
  /// check is the row's own, is paid, and shows in the summary.
  ///
  /// - Parameters:
  ///   - picture: the digest of the request's picture.
  ///   - othersWait: whether requests about other pictures are in hand. Of a
  ///     picture that is to blame itself all are refused alike.
  mutating func recordRefusal(
    _ fault: Fault, picture: [UInt8], othersWait: () -> Bool
  ) -> Stop? {
    guard !hasAnswer, areRefusalsEqual else { return nil }
    if refusals == 0 { (refusal, refusedPicture) = (fault.reason, picture) }
    if picture != refusedPicture { refusedPicture = nil }
    areRefusalsEqual = fault.reason == refusal
    refusals += 1
    guard areRefusalsEqual, refusals >= EngineOptions.sameRefusals,
      refusedPicture == nil || !othersWait()
    else { return nil }
    return .hopeless("the first \(refusals) requests were all refused: \(fault.message)")
  }
}
