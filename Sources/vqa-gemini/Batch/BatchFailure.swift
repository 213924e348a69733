/// Why a call of the Files or Batch part brought nothing.
enum BatchFailure: Error, Equatable {
  /// The network, or the service for a moment.
  ///
  /// - Parameter isLikelyRefused: whether nothing was done, as far as the
  ///   service says.
  case transient(String, isLikelyRefused: Bool)
  /// The project's quota is used up (429).
  case throttled(String)
  /// What was asked for is not there, or not this project's.
  case missing(String)
  /// It is not there yet (FAILED_PRECONDITION): a file that is being processed.
  case notReady(String)
  /// The request cannot succeed.
  case refused(String)
  /// No key of the project can be used.
  case unusable(String)
  /// A signal came.
  case interrupted

  var message: String {
    switch self {
    case .transient(let text, _), .throttled(let text), .missing(let text), .notReady(let text),
      .refused(let text), .unusable(let text):
      text
    case .interrupted: "interrupted"
    }
  }

  /// Whether the same call may succeed a little later.
  var isTransient: Bool {
    if case .transient = self { return true }
    return false
  }

  var isMissing: Bool {
    if case .missing = self { return true }
    return false
  }
}
