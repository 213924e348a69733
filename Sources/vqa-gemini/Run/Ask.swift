import Shared

/// One row that waits for its answer.
struct Question {
  let ticket: Int
  /// UTF-8.
  let question: [UInt8]
  /// The reference answer, UTF-8.
  let answer: [UInt8]
  /// Of the request that asks this alone.
  let key: RequestKey
}

/// The unit of work: a request that answers one or more rows about one
/// picture. One row is the ordinary case.
struct Ask {
  let picture: Picture
  let pictureSize: (width: Int, height: Int)?
  var questions: [Question]
  /// Input tokens, estimated.
  var tokens: Int
  /// Requests sent so far.
  var attempts = 0
  /// How often it failed in transit.
  var transientFailures = 0
  /// How often it met an internal error of the service.
  var internalErrors = 0
  /// How often the reply was of no use.
  var uselessReplies = 0
  /// Whether it is asked with a higher cap of output tokens than the default,
  /// which thoughts have used up.
  var isCapRaised = false
  /// How often it was refused with 429.
  var throttles = 0
  /// Whether this process has the lease of all its questions.
  var isLeased = false
  /// Whether the cache holds a reply that is of no use.
  var isAnswerUseless = false
  /// Since when another process has been asking it, and how often that was
  /// looked at.
  var heldSince: Double?
  var looks = 0

  /// A request for some of the questions. How often was tried counts on.
  func with(_ questions: some Sequence<Question>) -> Ask {
    var part = self
    part.questions = Array(questions)
    return part
  }
}
