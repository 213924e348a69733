import Shared

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
  /// A batch job is asking this row; see `--batch`.
  case pending
  /// A signal came before the answer.
  case interrupted
}

extension RowFailure {
  init(_ code: ErrorCode, _ message: String, isReported: Bool = true, text: String? = nil) {
    self.init(code: code.rawValue, message: message, isReported: isReported, text: text)
  }
}
