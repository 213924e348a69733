/// A project of the run: its keys and its quota.
struct Project {
  let name: String
  var keys: [APIKey]
  var quota: ProjectQuota
  /// Whether it is out because it does not have the model.
  var lacksModel = false
  /// Which key is next; keys of one project take turns.
  var turn = 0
  /// What is shared with other processes.
  var shared = SharedQuota()
  /// By which the shared state finds it.
  let identities: [QuotaIdentity]

  /// Groups keys by their project; of limits given twice the tighter holds.
  ///
  /// - Parameter defaults: for what a key's line leaves out.
  static func grouped(_ keys: [APIKey], defaults: RateLimits) -> [Project] {
    var order: [String] = []
    var groups: [String: [APIKey]] = [:]
    for key in keys {
      // A project that is named cannot collide with one that is not.
      let group = key.project.map { "named \($0)" } ?? "own \(key.secret)"
      if groups[group] == nil { order.append(group) }
      groups[group, default: []].append(key)
    }
    return order.map { group in Project(keys: groups[group] ?? [], defaults: defaults) }
  }

  private init(keys: [APIKey], defaults: RateLimits) {
    var limits = defaults
    for kind in RateLimit.allCases {
      if let amount = keys.compactMap({ $0.limits[kind] }).min() { limits[kind] = amount }
    }
    let project = keys.first?.project
    name = project.map { "project \($0)" } ?? keys.first?.name ?? ""
    identities =
      (project.map { [QuotaIdentity(project: $0)] } ?? [])
      + keys.map { QuotaIdentity(key: $0.secret) }
    self.keys = keys
    quota = ProjectQuota(limits: limits)
  }
}

/// What a project has to do with other processes.
struct SharedQuota {
  /// Its number in the shared state; nil until it was looked up.
  var project: Int64?
  /// The last change that is known here.
  var revision: Int64 = 0
  /// What happened here and is not written yet, and since when.
  var unwritten: [QuotaEvent] = []
  var unwrittenSince: Double?
  /// Whether the stored state was out of bounds.
  var needsWriting = false
  /// What was last read or written of what seldom changes.
  var learned = RateLimits()
  var day = 0
  /// How often it was written, to clean up now and then.
  var writes = 0
}

/// The right to send one request, with the key to send it with.
struct Permit {
  let id: Int64
  let project: Int
  let key: APIKey
  /// When it was granted, in seconds of `BootClock`.
  let started: Double
  /// From when it counts: when its last byte was acknowledged, once that is
  /// known.
  var time: Double
  /// Input tokens, estimated.
  let tokens: Int

  func entry(_ status: SlidingWindow.Status, tokens: Int? = nil) -> SlidingWindow.Entry {
    SlidingWindow.Entry(id: id, time: time, tokens: tokens ?? self.tokens, status: status)
  }
}

/// What the limiter says to a request for a permit.
enum PermitResult {
  case granted(Permit)
  /// Not before this time.
  case at(Double)
  /// Not on this Pacific day.
  case nextDay
  /// Not in this run; says why.
  case never(String)
  /// Another process has the shared state locked: to be asked again then.
  case locked(retryAt: Double)
}
