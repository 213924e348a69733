import Foundation
import SQLite
import Shared
import TestSupport
import Testing

@testable import vqa_gemini

/// The limiter and the state that processes share, under clocks of the test.
struct LimiterTests {
  private static let day = 86_400.0

  private func projects(_ lines: String, rpm: Int = 20, rpd: Int? = nil) throws -> [Project] {
    Project.grouped(
      try KeySources.parse(lines, name: "keys"),
      defaults: RateLimits(requestsPerMinute: rpm, requestsPerDay: rpd))
  }

  /// A process of its own, as far as the shared state can see.
  private func limiter(
    _ scratch: Scratch, _ lines: String = "k1", rpm: Int = 20, rpd: Int? = nil, boot: String = "b",
    localTime: @escaping () -> Double = { 1.79e9 }
  ) throws -> Limiter {
    let shared = try QuotaDatabase(path: scratch.path("limits.sqlite"), bootID: boot)
    var limiter = Limiter(
      projects: try projects(lines, rpm: rpm, rpd: rpd), shared: shared, model: "m")
    limiter.clock.localTime = localTime
    return limiter
  }

  /// Sends and has answered all that may leave at `now`, up to 200.
  private func use(
    _ limiter: inout Limiter, now: Double, serverDate: Double? = nil
  ) throws -> Int {
    var (count, time) = (0, now)
    while count < 200 {
      switch try limiter.permit(for: [10], now: time) {
      case .granted(var permit):
        count += 1
        limiter.sent(&permit, at: time)
        if let serverDate { limiter.observe(serverDate: serverDate, at: time) }
        limiter.accepted(permit, tokens: 10, now: time)
      // What is spaced comes soon.
      case .at(let next) where next < now + 0.5: time = next
      default:
        _ = try limiter.flush { time }
        return count
      }
    }
    return count
  }

  /// The wall clock does not matter to windows: it may be stepped by a day or,
  /// five times, by a minute.
  @Test(arguments: [[86_400.0], [61, 122, 183, 244, 305], [-86_400, 0], [1e12], [-1e12]])
  func aClockThatIsStepped(steps: [Double]) throws {
    let scratch = try Scratch()
    var sent = 0
    for (index, step) in ([0] + steps).enumerated() {
      var limiter = try limiter(scratch, localTime: { 1.79e9 + step })
      sent += try use(&limiter, now: 1000 + Double(index))
    }
    #expect(sent == 20)
  }

  /// The day is the service's: a local clock that is a day ahead, and back
  /// again, gives no requests.
  @Test(arguments: [true, false])
  func theServicesDayCounts(hasDate: Bool) throws {
    let scratch = try Scratch()
    let date = 1.79e9
    var sent = 0
    for (index, ahead) in [0.0, 1, 0, 1, 0].enumerated() {
      var limiter = try limiter(
        scratch, rpm: 1000, rpd: 10, localTime: { date + ahead * Self.day })
      let now = 1000 + Double(index) * 100
      sent += try use(&limiter, now: now, serverDate: hasDate ? date + now - 1000 : nil)
    }
    // Without any Date there are two days, by the clock that there is.
    #expect(sent == (hasDate ? 10 : 20))
  }

  /// Where nobody has seen a Date, a day that seems new costs one request.
  @Test func anUncertainDayCostsOneRequest() throws {
    let scratch = try Scratch()
    let date = 1.79e9
    var first = try limiter(scratch, rpm: 1000, rpd: 10, localTime: { date })
    #expect(try use(&first, now: 1000) == 10)
    var second = try limiter(scratch, rpm: 1000, rpd: 10, localTime: { date + Self.day })
    #expect(try use(&second, now: 1100, serverDate: date + 100) == 1)
  }

  /// After a reboot the clock begins anew; at most a window is waited.
  @Test func anotherBootCostsAWindow() throws {
    let scratch = try Scratch()
    var first = try limiter(scratch, boot: "one")
    #expect(try use(&first, now: 500_000) == 20)
    var second = try limiter(scratch, boot: "two")
    #expect(try use(&second, now: 20) == 0)
    #expect(try use(&second, now: SlidingWindow.span + 1) == 20)
  }

  /// Whichever of its keys a process has.
  @Test(arguments: [
    ("k1 project=P", "k2 project=P", 20), ("k1 project=P\nk2 project=P", "k2", 20),
    ("k1", "k1 project=P\nk2 project=P", 20), ("k1", "k2", 40),
    ("k1 project=P", "k2 project=Q", 40),
    // What was one project is said to be two: each has the history.
    ("k1 project=P\nk2 project=P", "k1\nk2", 20),
  ])
  func aProjectIsOne(first: String, second: String, expected: Int) throws {
    let scratch = try Scratch()
    var one = try limiter(scratch, first)
    var two = try limiter(scratch, second)
    let sent = try use(&one, now: 1000) + use(&two, now: 1002)
    #expect(sent == expected)
  }

  /// Two keys that were used alone turn out to be of one project: their
  /// processes go on, and all are counted together.
  @Test func projectsAreMerged() throws {
    let scratch = try Scratch()
    var one = try limiter(scratch, "k1", rpm: 8)
    var two = try limiter(scratch, "k2", rpm: 8)
    #expect(try use(&one, now: 1000) == 8)
    #expect(try use(&two, now: 1002) == 8)
    var both = try limiter(scratch, "k1 project=P\nk2 project=P", rpm: 20)
    #expect(try use(&both, now: 1004) == 4)
    let later = 1002 + SlidingWindow.span
    #expect(try use(&two, now: later) == 4)
    #expect(try use(&one, now: later + 1) == 0)
  }

  /// A lock that another process holds stops requests and nothing else, and
  /// what happened meanwhile is written when it is had.
  @Test func aLockedStateIsWaitedFor() throws {
    let scratch = try Scratch()
    var limiter = try limiter(scratch)
    guard case .granted(var permit) = try limiter.permit(for: [10], now: 1000) else {
      Issue.record("no permit")
      return
    }
    let peer = try Database(path: scratch.path("limits.sqlite"))
    try peer.execute("BEGIN IMMEDIATE")
    let start = Date()
    limiter.sent(&permit, at: 1000.1)
    limiter.accepted(permit, tokens: 77, now: 1001)
    try limiter.step(now: 1002)
    guard case .locked(let retryAt) = try limiter.permit(for: [10], now: 1003) else {
      Issue.record("granted without the lock")
      return
    }
    #expect(retryAt > 1003 && retryAt < 1003.5)
    // A new process starts meanwhile.
    var other = try self.limiter(scratch)
    guard case .locked = try other.permit(for: [10], now: 1003) else {
      Issue.record("granted without the lock")
      return
    }
    #expect(Date().timeIntervalSince(start) < 5)
    try peer.execute("COMMIT")
    try limiter.step(now: 1004)
    let tokens = try peer.integer("SELECT tokens FROM requests")
    #expect(tokens == 77)
    #expect(try use(&other, now: 1005) == 19)
  }

  /// Permits for what is likely to be next are taken under one lock, as far as
  /// the limits go; what is not asked for is given back.
  @Test func permitsAreTakenTogether() throws {
    let scratch = try Scratch()
    var limiter = try limiter(scratch, rpm: 20_000)
    let file = try Database(path: scratch.path("limits.sqlite"))
    var permits: [Permit] = []
    for _ in 0..<2 {
      guard case .granted(let permit) = try limiter.permit(for: [10, 20, 30], now: 1000) else {
        Issue.record("no permit")
        return
      }
      permits.append(permit)
      let counted = try file.integer("SELECT count(*) FROM requests")
      #expect(counted == 3)
    }
    #expect(permits.map(\.tokens) == [10, 20])
    limiter.returnReserve(now: 1000.1)
    _ = try limiter.flush { 1000.1 }
    let counted = try file.integer("SELECT sum(tokens) FROM requests")
    #expect(counted == 30)
    // One that is larger than what was foreseen is asked for anew.
    guard case .granted(let first) = try limiter.permit(for: [10, 20], now: 1001),
      case .granted(let second) = try limiter.permit(for: [25], now: 1001)
    else {
      Issue.record("no permit")
      return
    }
    let sizes = [first.tokens, second.tokens]
    #expect(sizes == [10, 25])
    #expect(limiter.lastMinute.used == 4)
  }

  /// A large picture over a slow line counts from its arrival.
  @Test func aSlowUploadCountsFromItsEnd() throws {
    let scratch = try Scratch()
    var limiter = try limiter(scratch, rpm: 2)
    guard case .granted(var slow) = try limiter.permit(for: [10], now: 1000) else {
      Issue.record("no permit")
      return
    }
    var time = 1000.0
    while time < 1040 {
      time = min(1040, limiter.deadline(now: time) ?? 1040)
      try limiter.step(now: time)
    }
    limiter.sent(&slow, at: 1040)
    limiter.accepted(slow, tokens: nil, now: 1045)
    _ = try limiter.flush { 1045 }
    var other = try self.limiter(scratch, rpm: 2)
    #expect(try use(&other, now: 1060) == 1)
    // The first minute is over, the slow one's is not.
    #expect(try use(&other, now: 1040 + SlidingWindow.span - 1) == 0)
    #expect(try use(&other, now: 1040 + SlidingWindow.span) == 1)
  }

  /// A process that is stopped in the middle of an upload must not go on with it
  /// when its place may be another's.
  @Test func anUploadThatWasStoppedExpires() throws {
    let scratch = try Scratch()
    var limiter = try limiter(scratch, rpm: 2)
    guard case .granted(var permit) = try limiter.permit(for: [10], now: 1000) else {
      Issue.record("no permit")
      return
    }
    #expect(limiter.expired(now: 1058.9).isEmpty)
    #expect(limiter.expired(now: 1059).map(\.id) == [permit.id])
    // Until then its place can be moved on, and is another's after that.
    try limiter.step(now: 1058)
    #expect(limiter.expired(now: 1100).isEmpty)
    var other = try self.limiter(scratch, rpm: 2)
    _ = try limiter.flush { 1058.1 }
    #expect(try use(&other, now: 1062) == 1)
    #expect(limiter.expired(now: 1130).map(\.id) == [permit.id])
    limiter.sent(&permit, at: 1130)
    #expect(limiter.expired(now: 1130).isEmpty)
  }

  /// Nothing that a file can hold stops the tool, or lets it go too far.
  @Test(arguments: [
    "UPDATE projects SET rests_until = 1e300, probe_time = 1e300, guess_time = 1e300",
    "UPDATE projects SET rests_until = -9e999, guess_time = -1e300, refusal_time = 9e999",
    "UPDATE projects SET guess = -5, proven = -9223372036854775808, bare_refusals = 1e9",
    "UPDATE projects SET guess = 9223372036854775807, day = 9223372036854775807",
    "UPDATE projects SET revision = 9223372036854775807",
    "UPDATE requests SET revision = 9223372036854775807",
    "UPDATE projects SET day = 9223372036854775807; UPDATE days SET day = -1",
    "UPDATE projects SET revision = -7, merged_into = id", "UPDATE projects SET merged_into = 99",
    "INSERT INTO learned SELECT id, 'rpm', 0 FROM projects",
    "INSERT INTO learned SELECT id, 'tpm', -9223372036854775808 FROM projects",
    "INSERT INTO learned SELECT id, 'unknown', 1 FROM projects",
    "UPDATE days SET requests = 9223372036854775807, tokens = -1, day = -9223372036854775808",
    "UPDATE requests SET time = 9e999, tokens = 9223372036854775807, status = 77",
    "UPDATE requests SET time = -9e999, tokens = -9223372036854775808",
    "UPDATE clock SET service_offset = 9e999", "UPDATE clock SET service_offset = -1e300",
    "DELETE FROM clock", "DELETE FROM projects", "UPDATE members SET project = 0",
  ])
  func whatIsStoredIsClamped(sql: String) throws {
    let scratch = try Scratch()
    var first = try limiter(scratch, rpd: 1000)
    _ = try use(&first, now: 1000)
    try Database(path: scratch.path("limits.sqlite")).execute(sql)
    var second = try limiter(scratch, rpd: 1000)
    var now = 1001.0
    var sent = 0
    // A rest lasts an hour at most.
    while now < 1001 + QuotaState.maximumRest + 200 {
      sent += try use(&second, now: now, serverDate: 1.79e9 + now)
      now += 30
    }
    #expect(sent > 0)
  }

  /// Limits of version 0, which had their times by the wall clock.
  @Test func oldLimitsAreTakenOver() throws {
    let scratch = try Scratch()
    let code = """
      import hashlib, sqlite3, sys, time
      c = sqlite3.connect(sys.argv[1])
      c.executescript('''
        CREATE TABLE keys(
          digest BLOB, model TEXT, scope INTEGER NOT NULL, PRIMARY KEY (digest, model)
        ) WITHOUT ROWID;
        CREATE TABLE scopes(
          id INTEGER PRIMARY KEY, change INTEGER NOT NULL DEFAULT 0,
          day INTEGER NOT NULL DEFAULT 0, requests INTEGER NOT NULL DEFAULT 0,
          proven INTEGER NOT NULL DEFAULT 0, learned_rpm INTEGER, learned_tpm INTEGER,
          learned_rpd INTEGER, guess INTEGER, guess_time REAL NOT NULL DEFAULT 0,
          rests_until REAL NOT NULL DEFAULT 0, bare_refusals INTEGER NOT NULL DEFAULT 0,
          is_day_used_up INTEGER NOT NULL DEFAULT 0, probe_time REAL,
          refusal_time REAL NOT NULL DEFAULT 0, is_recovering INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE requests(
          id INTEGER PRIMARY KEY, scope INTEGER NOT NULL, change INTEGER NOT NULL,
          time REAL NOT NULL, tokens INTEGER NOT NULL, fate INTEGER NOT NULL);
        PRAGMA application_id = 1987144705;
      ''')
      digest = hashlib.sha256(b"vqa-gemini limits k1").digest()
      c.execute("INSERT INTO keys VALUES (?, 'm', 1)", (digest,))
      c.execute("INSERT INTO scopes(id, change, day, requests, proven, learned_rpm) "
                "VALUES (1, 1, ?, 13, 9, 0)", (int(sys.argv[2]),))
      for i in range(13):
          c.execute("INSERT INTO requests VALUES (?, 1, 1, ?, 5, 1)", (i, time.time() - i))
      c.commit()
      """
    let path = scratch.path("limits.sqlite")
    let day = PacificDay.number(at: 1.79e9)
    let made = try Python.code(code, [path, "\(day)"]).run()
    #expect(made.status == 0, "\(made)")
    var limiter = try limiter(scratch, rpd: 16)
    // 13 of the last minute and of the day.
    #expect(try use(&limiter, now: 5000) == 3)
  }
}
