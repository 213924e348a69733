import Shared

/// What a batch run says on stderr while it works.
struct BatchProgress {
  let progress: Progress
  let isQuiet: Bool

  /// A line about a job, unless --quiet was given.
  func line(_ text: String) {
    if !isQuiet { StandardError.line("vqa-gemini: \(text)") }
  }

  /// A line about something that went wrong.
  func warning(_ text: String) { StandardError.line("vqa-gemini: \(text)") }

  /// Waits, unless a signal comes.
  ///
  /// - Returns: false if one came.
  func wait(_ seconds: Double, jobs: Int) -> Bool {
    let end = Monotonic.seconds() + seconds
    while true {
      let left = end - Monotonic.seconds()
      guard left > 0 else { return Interrupt.requested == nil }
      progress.draw {
        "vqa-gemini: \(jobs) batch \(jobs == 1 ? "job" : "jobs") under way; next look in "
          + "\(Int(left.rounded(.up))) s"
      }
      guard Interrupt.sleep(min(left, progress.isDrawn ? 0.5 : left)) else { return false }
    }
  }
}
