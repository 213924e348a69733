import Shared

/// A batch job that asks a question, or is about to.
struct BatchHold: Equatable {
  /// `batches/…`; nil if it has not been made yet.
  let job: String?
  /// Seconds since 1970.
  let since: Double

  /// What a row says that waits for the job.
  var failure: RowFailure {
    let time = Timestamp.text(since)
    let message =
      job.map { "\($0) has been asking this since \(time)" }
      ?? "it is in a batch since \(time) whose job is not made yet"
    return RowFailure(
      .pending, message + "; vqa-gemini --batch takes the answer", isReported: false)
  }
}
