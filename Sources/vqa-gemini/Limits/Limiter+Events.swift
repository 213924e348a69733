extension Limiter {
  /// The last byte of a request was acknowledged at `time`.
  mutating func sent(_ permit: inout Permit, at time: Double) {
    guard let upload = uploads.removeValue(forKey: permit.id) else { return }
    let wasMoved = upload.permit.time > permit.started
    permit.time = time
    guard wasMoved || time - permit.started > Self.negligible else {
      permit.time = permit.started
      return
    }
    happened(.changed(permit.entry(.unanswered)), in: permit.project, now: time)
  }

  /// The request was not sent after all; nothing of it has left.
  mutating func returned(_ permit: Permit, now: Double) {
    uploads[permit.id] = nil
    happened(.notSent(permit.entry(.unanswered)), in: permit.project, now: now)
  }

  /// The service did the request.
  ///
  /// - Parameter tokens: input tokens as it counted them; nil if it did not say.
  mutating func accepted(_ permit: Permit, tokens: Int?, now: Double) {
    let permit = ended(permit, now: now)
    happened(.changed(permit.entry(.accepted, tokens: tokens)), in: permit.project, now: now)
    happened(.accepted(started: permit.started), in: permit.project, now: now)
  }

  /// The service failed; whether the request counts there is not known, so it
  /// counts here.
  mutating func failed(_ permit: Permit, now: Double) {
    let permit = ended(permit, now: now)
    happened(.changed(permit.entry(.refused)), in: permit.project, now: now)
  }

  /// The service said 429, as a status or inside a 200.
  mutating func throttled(_ permit: Permit, _ throttle: Throttle, now: Double) {
    let permit = ended(permit, now: now)
    happened(.changed(permit.entry(.refused)), in: permit.project, now: now)
    happened(.throttled(throttle, now), in: permit.project, now: now)
  }

  /// A request that has ended while it was still thought to be on its way was
  /// sent by now.
  private mutating func ended(_ permit: Permit, now: Double) -> Permit {
    var permit = permit
    sent(&permit, at: now)
    return permit
  }

  /// A response bore this `Date`, in seconds since 1970.
  mutating func observe(serverDate date: Double, at now: Double) {
    let wasUncertain = clock.offset == nil
    let day = clock.day(at: now)
    clock.observe(date, at: now)
    guard wasUncertain, clock.day(at: now) != day else { return }
    advance(to: now)
    // They were counted on a day that it was not.
    for (project, requests) in uncertainRequests {
      happened(.recounted(requests: requests), in: project, now: now)
    }
    uncertainRequests = [:]
  }

  /// A key is out for this run.
  ///
  /// - Returns: whether it was still in.
  mutating func drop(_ key: APIKey, of project: Int, because reason: String) -> Bool {
    let before = projects[project].keys.count
    projects[project].keys.removeAll { $0.secret == key.secret }
    if projects[project].keys.isEmpty { projects[project].quota.reject(reason) }
    return projects[project].keys.count < before
  }

  /// A project is out for this run.
  ///
  /// - Returns: whether it was still in.
  mutating func drop(project: Int, because reason: String, lacksModel: Bool) -> Bool {
    guard projects[project].quota.rejection == nil else { return false }
    projects[project].quota.reject(reason)
    projects[project].lacksModel = lacksModel
    return true
  }

  /// Requests of all projects within the window, and how many may be.
  var lastMinute: (used: Int, allowed: Int) {
    projects.reduce((0, 0)) { sum, project in
      guard project.quota.rejection == nil else { return sum }
      return (
        sum.0 + project.quota.window.count,
        sum.1 + (project.quota.limits.requestsPerMinute ?? 0)
      )
    }
  }

  /// Whether all projects are out since none of them has the model.
  var lacksModel: Bool { projects.allSatisfy(\.lacksModel) }

  /// Why the last of the projects is out.
  var lastRejection: String { projects.compactMap(\.quota.rejection).last ?? "" }
}
