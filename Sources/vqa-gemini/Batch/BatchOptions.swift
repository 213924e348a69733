import ArgumentParser

/// Asking by the Batch API.
struct BatchOptions: ParsableArguments {
  @Flag(
    name: .customLong("batch"),
    help: ArgumentHelp(
      "Ask by batch jobs: half the price, up to a day. Takes what has come, submits the rest, and "
        + "ends with status 75 while jobs run; run it again for the answers."))
  var isBatch = false

  @Flag(
    name: .customLong("wait"), help: "With --batch: stay until all jobs have ended.")
  var waits = false

  @Option(
    help: ArgumentHelp(
      "With --batch: seconds between two looks at the jobs. (default: 30, growing to 600)",
      valueName: "seconds"))
  var poll: Double?

  @Option(
    help: ArgumentHelp(
      "With --batch: the most requests of a job. (default: as many as make a file of 256 MiB)",
      valueName: "number"))
  var batchSize: Int?

  @Option(
    help: ArgumentHelp(
      "With --batch: ask so many rows live first, and submit nothing if most of them fail.",
      valueName: "number"))
  var canary = 0

  @Flag(
    name: .customLong("cancel"),
    help: "With --batch: cancel the jobs, take what they have finished, and submit nothing.")
  var cancels = false

  @Flag(
    name: .customLong("batch-status"),
    help: "Print what is known of the jobs, as JSON Lines, and end.")
  var printsStatus = false

  mutating func validate() throws {
    for (name, isGiven) in [
      ("wait", waits), ("poll", poll != nil), ("batch-size", batchSize != nil),
      ("canary", canary != 0), ("cancel", cancels),
    ] where isGiven && !isBatch {
      throw ValidationError("--\(name) needs --batch.")
    }
    if let poll, !(poll > 0 && poll <= 86_400) {
      throw ValidationError("--poll must be above 0 and no more than a day.")
    }
    if let batchSize, batchSize < 1 { throw ValidationError("--batch-size must be 1 or more.") }
    guard canary >= 0 else { throw ValidationError("--canary must be 0 or more.") }
    if cancels, waits || canary > 0 {
      throw ValidationError("--cancel goes with neither --wait nor --canary.")
    }
  }

  /// How the jobs are made.
  var plan: BatchPlan {
    var plan = BatchPlan()
    plan.waits = waits
    plan.cancels = cancels
    plan.poll = poll
    if let batchSize { plan.maximumLines = batchSize }
    return plan
  }
}

/// How a batch run goes about its jobs.
struct BatchPlan {
  /// Whether it stays until all jobs have ended.
  var waits = false
  /// Whether it cancels the jobs.
  var cancels = false
  /// Seconds between two looks at the jobs; nil for a wait that grows.
  var poll: Double?
  /// Requests of a part.
  var maximumLines = Int.max
  /// Whether the service has just refused a line: parts are small then, so that
  /// little is uploaded in vain if it refuses the next one too.
  var isProbing = false
  /// Requests of a part that is small.
  static let probe = 256
  /// Bytes of a part, but for the line that exceeds it. The service takes
  /// 2 GB.
  var maximumBytes = 256 << 20
  /// Jobs that a project may have at once
  /// (https://ai.google.dev/gemini-api/docs/rate-limits#batch-api).
  var jobsPerProject = 100

  /// Of the price of live requests
  /// (https://ai.google.dev/gemini-api/docs/batch-api).
  static let priceFactor = 0.5
  static let firstPoll = 30.0
  static let longestPoll = 600.0

  /// Whether a part that holds something takes no other line of `next` bytes.
  func isFull(lines: Int, bytes: Int, next: Int) -> Bool {
    let maximum = isProbing ? min(maximumLines, Self.probe) : maximumLines
    return lines > 0 && (lines >= maximum || bytes + next > maximumBytes)
  }

  /// Seconds until the look after `looks` looks at which nothing had changed.
  func interval(looks: Int) -> Double {
    guard poll == nil else { return poll ?? 0 }
    var interval = Self.firstPoll
    for _ in 0..<min(looks, 16) { interval = min(Self.longestPoll, interval * 1.5) }
    return interval
  }
}
