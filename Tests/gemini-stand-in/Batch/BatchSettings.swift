/// How files and batch jobs behave when nothing goes wrong.
struct BatchSettings {
  /// Seconds that an uploaded file is PROCESSING.
  var processing = 0.0
  /// Seconds that a job is PENDING, and then RUNNING.
  var pending = 0.0
  var run = 0.2
  /// Seconds between SUCCEEDED and its result, for `job-late-result`.
  var late = 0.5
  /// Jobs of a project that may be PENDING or RUNNING at once.
  var jobs = 100
  /// Bytes of a project's files, of one file, and of which chunks are multiples.
  var storage = 20_000_000_000
  var fileSize = 2_000_000_000
  var granularity = 262_144
  /// Entries of a page, whatever the client asks for.
  var page = 50

  /// `batch processing= pending= run= late= jobs= storage= file= granularity= page=`.
  mutating func apply(_ directive: Directive) throws(Directive.Malformed) {
    try directive.allowOnly(
      "processing", "pending", "run", "late", "jobs", "storage", "file", "granularity", "page")
    processing = try directive.number("processing") ?? processing
    pending = try directive.number("pending") ?? pending
    run = try directive.number("run") ?? run
    late = try directive.number("late") ?? late
    jobs = try directive.number("jobs") ?? jobs
    storage = try directive.number("storage") ?? storage
    fileSize = try directive.number("file") ?? fileSize
    granularity = max(1, try directive.number("granularity") ?? granularity)
    page = max(1, try directive.number("page") ?? page)
  }
}
