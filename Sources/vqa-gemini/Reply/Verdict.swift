/// What a reply means for the request, its key and the run.
enum Verdict {
  /// A finished, non-empty text. Whether it answers the question is another matter.
  case text(Answer)
  /// Nothing to use came, but asking again may help. `Trouble.kind` says how.
  case again(Trouble)
  /// This request can never succeed; others can.
  case failed(Trouble)
  /// The project may not ask now.
  case throttled(Throttle)
  /// The key is of no use in this run.
  case keyRejected(String)
  /// The project has no credit, or is closed; of no use in this run.
  case projectRejected(String)
  /// The project has not got this model, others may.
  case modelMissing(String)
  /// No request can succeed as they are made now.
  case stop(String)
}

/// What went wrong with a request.
struct Trouble {
  /// How often, and with what care, it is tried again.
  enum Kind {
    /// The network, or the service for a moment: with backoff, within `--retries`.
    case transient
    /// The service has no room for this model, whoever asks: all requests back off.
    case overloaded
    /// The model's answer was of no use: once more, since every time is paid.
    case answer
  }

  var kind: Kind
  /// One of the codes of `ErrorCode`.
  var code: ErrorCode
  var message: String

  init(_ kind: Kind = .answer, _ code: ErrorCode, _ message: String) {
    self.kind = kind
    self.code = code
    self.message = message
  }
}

/// The `code`s of a row's `error`, all of them.
enum ErrorCode: String, CaseIterable {
  /// The row has no `question`, `answer` or `image_path`, or of the wrong kind.
  case missingField = "missing_field"
  /// The image file cannot be read.
  case imageUnreadable = "image_unreadable"
  /// The file is not a picture that the service takes; it was not sent.
  case notAnImage = "not_an_image"
  /// The image is larger than a request may be; it was not sent.
  case imageTooLarge = "image_too_large"
  /// The service refuses this request: a damaged image, too many tokens.
  case refused
  /// The service blocked the question or the answer.
  case blocked
  /// The model would have repeated a text from its training.
  case recitation
  /// The answer was cut at the output limit.
  case truncated
  /// The model gave no text.
  case empty
  /// The model ended for another reason than being finished.
  case unfinished
  /// The text does not keep the pattern or changes the reference answer.
  case wrongAnswer = "wrong_answer"
  /// The service failed (5xx), as often as it was asked.
  case serverError = "server_error"
  /// The service said 429, as often as it was asked.
  case rateLimited = "rate_limited"
  /// What came is not the API's JSON.
  case badResponse = "bad_response"
  /// No response: name, connection, TLS, timeout, reset.
  case transport
  /// The run stopped before this row was asked; see status 75 or 2.
  case notAttempted = "not_attempted"
  /// A signal came before the answer.
  case interrupted
}

/// A 429 and what it teaches.
struct Throttle: Equatable {
  /// What is used up.
  enum Scope: Equatable {
    case minute
    /// Until midnight Pacific time.
    case day
    /// The service did not say.
    case unknown
  }

  var scope: Scope
  /// Seconds to wait, as the service said; nil if it did not.
  var delay: Double?
  /// The limits that it named.
  var learned = Limits.Learned()
  var message: String
}

/// What the model wrote.
struct Answer: Equatable {
  var text: String
  var finishReason: String
  var modelVersion: String?
  var responseID: String?
  var usage: Usage
}

/// Tokens as the service counted them (`usageMetadata`).
struct Usage: Equatable {
  /// Input, what was cached included.
  var prompt = 0
  /// The candidates' text.
  var output = 0
  var thoughts = 0
  var cached = 0
  var total = 0

  static func + (a: Usage, b: Usage) -> Usage {
    Usage(
      prompt: a.prompt + b.prompt, output: a.output + b.output, thoughts: a.thoughts + b.thoughts,
      cached: a.cached + b.cached, total: a.total + b.total)
  }
}
