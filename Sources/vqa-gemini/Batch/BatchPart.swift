/// One part of a batch: the lines of one input file, which one job asks.
///
/// A pure value: what has happened goes in, what is to be done next comes out.
/// Whoever drives it writes it to the journal before it does anything that the
/// service remembers, so that a process which is killed at any instruction
/// leaves a part from which the next one can go on.
///
/// Times are seconds since 1970, since they are kept between boots.
struct BatchPart: Equatable {
  enum State: String, CaseIterable {
    /// Its lines are being written and uploaded: nothing has been asked yet.
    case preparing
    /// The service has its file.
    case uploaded
    /// A job is being made, or may have been made: it is looked for by its
    /// display name.
    case creating
    /// It has a job.
    case running
    /// Its job was cancelled, and may yet turn out to have finished.
    case cancelled
    /// Nothing of it is left to be taken; what it has left with the service is
    /// to be deleted.
    case collected
  }

  /// In the journal.
  var id: Int64 = 0
  /// The display name of its file and its job, which no other part has.
  let name: String
  var state = State.preparing
  /// `BaseURL.identity`.
  let service: String
  let model: String
  /// `BatchProject.identities` of the project that it belongs to, with spaces
  /// between them.
  let project: String
  var lines = 0
  var questions = 0
  /// Input tokens, estimated.
  var tokens = 0
  /// Size of its input file.
  var bytes = 0
  /// Of its input file once that is written: SHA-256 in hexadecimal digits.
  var digest: String?
  /// Where the rest of its input goes while it is uploaded.
  var upload: String?
  /// `files/…` of its input; nil if the service does not have it.
  var file: String?
  /// `batches/…`
  var job: String?
  /// `files/…` of its result.
  var result: String?
  /// When it was begun; once there is a job, when that was made.
  var created: Double
  /// Not before this is the next step to be taken.
  var due = 0.0
  /// How often its job was looked for and not found since it was last known.
  var looks = 0
  /// How often a job was refused for the project's quota since it was uploaded.
  var refusals = 0

  /// How often a job is looked for before it is made again, or called lost.
  static let requiredLooks = 3
  /// Seconds before the second look, and before the third.
  static let lookDelays = [10.0, 30.0]
  /// Seconds that a step can be away; if it seems further, the clock was set back.
  static let longestWait = 86_400.0
  /// Seconds after which a job that has ended without a result has none.
  static let resultPatience = 72 * 3600.0
}

extension BatchPart {
  /// What is to be done next.
  enum Step: Equatable {
    /// Give its lines back; nothing was asked.
    case rollBack
    /// Upload the rest of its file; nothing was asked.
    case resume
    /// Make a job of its file.
    case create
    /// Look through the list of jobs for its name.
    case look
    /// Ask for its job's state.
    case poll
    /// Delete what it has left with the service, and forget it.
    case cleanUp
    /// Nothing before this time.
    case wait(Double)
  }

  /// What is to be done next with a part that nobody else is at work on.
  func step(now: Double) -> Step {
    switch state {
    case .preparing: upload == nil ? .rollBack : .resume
    case .collected: .cleanUp
    case _ where due > now && due - now <= Self.longestWait: .wait(due)
    case .uploaded: .create
    case .creating: looks >= Self.requiredLooks ? .create : .look
    case .running, .cancelled: .poll
    }
  }

  /// Whether rows of it have to wait.
  var isOpen: Bool { state != .collected }

  /// Whether its job takes one of the places that a project has.
  var hasJob: Bool { state == .creating || state == .running }

  // MARK: - Making the job

  mutating func fileArrived(_ name: String) {
    (state, file, upload, due) = (.uploaded, name, nil, 0)
  }

  /// A job is about to be made; the journal has to know first.
  mutating func creationBegins(now: Double) {
    (state, looks, due, created) = (.creating, 0, 0, now)
  }

  /// Nobody knows whether the job was made.
  ///
  /// - Parameter isLikelyRefused: whether the service said that it did nothing.
  mutating func creationIsUnconfirmed(isLikelyRefused: Bool) {
    (looks, due) = (isLikelyRefused ? Self.requiredLooks - 1 : 0, 0)
  }

  /// The project's quota is used up: the file stays for another try.
  mutating func creationIsThrottled(until time: Double) {
    (state, due) = (.uploaded, time)
    refusals += 1
  }

  /// The job is not in the list.
  ///
  /// - Parameter interval: seconds between two looks at most.
  mutating func jobIsAbsent(now: Double, interval: Double) {
    looks += 1
    let delay = Self.lookDelays[min(max(0, looks - 1), Self.lookDelays.count - 1)]
    due = looks >= Self.requiredLooks ? now : now + min(delay, interval)
  }

  // MARK: - The job's states

  /// What follows from a look at the job.
  enum Progress: Equatable {
    case goesOn
    /// The result is to be fetched.
    case collect(JobResult)
    /// The job has ended without a result, for this reason.
    case release(String)
  }

  /// The service said what the job is at.
  ///
  /// - Parameter interval: seconds after which a cancelled job is looked at
  ///   again.
  mutating func observed(_ status: JobStatus, now: Double, interval: Double) -> Progress {
    let wasCancelled = state == .cancelled
    (job, looks, due) = (status.name, 0, 0)
    state = .running
    if let result = status.result, status.isFinal {
      if case .file(let name) = result { self.result = name }
      return .collect(result)
    }
    switch status.state {
    case .cancelled where !wasCancelled:
      // It may be finished all the same.
      (state, due) = (.cancelled, now + interval)
      return .goesOn
    case .cancelled, .failed, .expired: return .release(status.ending)
    // The result comes later than the state.
    case _ where status.isFinal && now - created > Self.resultPatience:
      return .release("the job has ended without a result")
    case .pending, .running, .succeeded, .other: return .goesOn
    }
  }

  /// The service does not know the job.
  ///
  /// - Returns: `release` if it has been looked for often enough.
  mutating func jobIsMissing(now: Double, interval: Double) -> Progress {
    jobIsAbsent(now: now, interval: interval)
    return looks >= Self.requiredLooks
      ? .release("the service does not know the job any more") : .goesOn
  }

  /// Its replies are in the cache, and its other lines are given back.
  mutating func isCollected() { (state, due) = (.collected, 0) }
}
