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
  /// How often it failed, by kind.
  var transientFailures = 0
  var answerFailures = 0
  var refusals = 0

  /// The first and the second half; how often was tried counts on.
  func parts() -> [Ask] {
    let half = questions.count / 2
    return [questions[..<half], questions[half...]].map { with($0) }
  }

  /// A request for some of the questions.
  func with(_ questions: some Sequence<Question>) -> Ask {
    var part = Ask(
      picture: picture, pictureSize: pictureSize, questions: Array(questions), tokens: tokens)
    part.attempts = attempts
    return part
  }
}

/// A request in the air.
struct Flight {
  var ask: Ask
  var permit: Permit
}
