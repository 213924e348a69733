import Foundation
import SQLite
import Shared
import TestSupport
import Testing

@testable import vqa_gemini

struct ReplyCacheTests {
  private static func key(_ number: Int) -> RequestKey {
    RequestKey(bytes: (0..<32).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0) })
  }

  private static func reply(_ text: String, questions: Int = 1) -> StoredReply {
    StoredReply(body: Array("{\"text\":\"\(text)\"}".utf8), questions: questions, attempts: 2)
  }

  /// `#expect` cannot take apart calls of what is not copyable.
  private func expect(_ isAsExpected: Bool, _ location: SourceLocation = #_sourceLocation) {
    #expect(isAsExpected, sourceLocation: location)
  }

  @Test func aReplyComesBackAsItCame() throws {
    let scratch = try Scratch()
    let path = scratch.path("a/b/answers.sqlite")
    var cache = try ReplyCache(path: path)
    let group = Self.reply("å\u{0}\n", questions: 2)
    cache.store(group, for: [(Self.key(1), 1), (Self.key(2), 2)])
    // Before it is written, and after, in this process and in another.
    for isWritten in [false, true] {
      if isWritten { try cache.step(now: 0) }
      var expected = group
      expected.item = 2
      let found = try cache.reply(for: Self.key(2))
      #expect(found == expected)
      var other = try ReplyCache(path: path)
      let elsewhere = try other.reply(for: Self.key(2))
      #expect(elsewhere == (isWritten ? expected : nil))
    }
    let missing = try cache.reply(for: Self.key(3))
    #expect(missing == nil)
    for (name, mode) in [("a", 0o700), ("a/b", 0o700), ("a/b/answers.sqlite", 0o600)] {
      #expect(try self.mode(scratch.path(name)) == mode)
    }
    for suffix in ["-wal", "-shm", "-owners"] { #expect(try self.mode(path + suffix) == 0o600) }
  }

  private func mode(_ path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0
  }

  @Test func refreshSeesOnlyItsOwnReplies() throws {
    let scratch = try Scratch()
    var cache = try ReplyCache(path: scratch.path("a"))
    cache.store(Self.reply("old"), for: [(Self.key(1), nil)])
    try cache.step(now: 0)
    var fresh = try ReplyCache(path: scratch.path("a"), refresh: true)
    let before = try fresh.reply(for: Self.key(1))
    #expect(before == nil)
    fresh.store(Self.reply("new"), for: [(Self.key(1), nil)])
    try fresh.step(now: 0)
    let after = try fresh.reply(for: Self.key(1))
    #expect(after == Self.reply("new"))
    let seen = try cache.reply(for: Self.key(1))
    #expect(seen == Self.reply("new"))
    let count = try cache.tables.database.integer("SELECT count(*) FROM replies")
    #expect(count == 1)
  }

  /// One flipped bit in each of 200 stored values, whichever column it is in.
  @Test func whatIsDamagedIsAMiss() throws {
    let scratch = try Scratch()
    var cache = try ReplyCache(path: scratch.path("a"))
    for number in 0..<200 {
      cache.store(Self.reply("answer \(number)"), for: [(Self.key(number), number % 7)])
    }
    try cache.step(now: 0)
    let code = """
      import random, sqlite3, sys
      c = sqlite3.connect(sys.argv[1]); random.seed(1)
      def flip(value):
          if isinstance(value, int): return value ^ (1 << random.randrange(8))
          value = bytearray(value); value[random.randrange(len(value))] ^= 1 << random.randrange(8)
          return bytes(value)
      columns = ["body", "questions", "attempts", "checksum"]
      for i, (id,) in enumerate(c.execute("SELECT id FROM replies").fetchall()):
          if i % 2:
              name = columns[i // 2 % 4]
              (value,) = c.execute(f"SELECT {name} FROM replies WHERE id = ?", (id,)).fetchone()
              c.execute(f"UPDATE replies SET {name} = ? WHERE id = ?", (flip(value), id))
          else:
              name = ["reply", "item", "checksum"][i // 2 % 3]
              (key, value) = c.execute(
                  f"SELECT key, {name} FROM answers WHERE reply = ?", (id,)).fetchone() or (0, 0)
              if key: c.execute(f"UPDATE answers SET {name} = ? WHERE key = ?", (flip(value), key))
      c.commit()
      """
    #expect(try Python.code(code, [scratch.path("a")]).run().status == 0)
    var misses = 0
    for number in 0..<200 {
      let found = try cache.reply(for: Self.key(number))
      var expected = Self.reply("answer \(number)")
      expected.item = number % 7
      if found == nil { misses += 1 } else { #expect(found == expected) }
    }
    #expect(misses > 150)
  }

  /// A peer that holds the lock costs no reply and no wait.
  @Test func aLockedFileIsWrittenLater() throws {
    let scratch = try Scratch()
    var cache = try ReplyCache(path: scratch.path("a"))
    let peer = try Database(path: scratch.path("a"))
    try peer.execute("BEGIN IMMEDIATE")
    let start = Date()
    cache.store(Self.reply("kept"), for: [(Self.key(1), nil)])
    try cache.step(now: 10)
    let leases = try cache.lease([(Self.key(2), false)], now: 10.01)
    #expect(leases == [.heldByOther])
    let found = try cache.reply(for: Self.key(1))
    #expect(found == Self.reply("kept"))
    let due = cache.deadline(now: 10) ?? 0
    #expect(due > 10 && due < 10.2)
    #expect(Date().timeIntervalSince(start) < 5)
    try peer.execute("COMMIT")
    try cache.step(now: due)
    let deadline = cache.deadline(now: due)
    #expect(deadline == nil)
    let count = try peer.integer("SELECT count(*) FROM replies")
    #expect(count == 1)
  }

  /// What is kept for one run only may be lost, at the price of asking again;
  /// what is to outlast it may not.
  @Test(arguments: [true, false])
  func aFullDiskMattersToWhatIsKept(isTemporary: Bool) throws {
    let scratch = try Scratch()
    var cache = try ReplyCache(path: isTemporary ? nil : scratch.path("answers.sqlite"))
    try cache.tables.database.execute("PRAGMA max_page_count = 20")
    let body = [UInt8](repeating: 0x20, count: 20_000)
    var hasFailed = false
    for number in 0..<20 {
      cache.store(StoredReply(body: body), for: [(RequestKey(bytes: [UInt8(number)]), nil)])
      do { try cache.step(now: 1) } catch { hasFailed = true }
    }
    #expect(hasFailed != isTemporary)
    #expect(try cache.reply(for: RequestKey(bytes: [0])) != nil)
    #expect(try cache.reply(for: RequestKey(bytes: [19])) == nil || !isTemporary)
  }

  @Test func aQuestionIsLeasedToOneProcess() throws {
    let scratch = try Scratch()
    var first = try ReplyCache(path: scratch.path("a"))
    var second = try ReplyCache(path: scratch.path("a"))
    let both = [(key: Self.key(1), isAnswerUseless: false), (Self.key(2), false)]
    expect(try first.lease(both, now: 1) == [.mine, .mine])
    expect(try first.lease(both, now: 1) == [.mine, .mine])
    expect(try second.lease(both, now: 1) == [.heldByOther, .heldByOther])
    first.store(Self.reply("x"), for: [(Self.key(1), nil)])
    first.release([Self.key(2)])
    try first.step(now: 2)
    expect(try second.lease(both, now: 2) == [.answered, .mine])
    expect(try first.lease([(Self.key(2), false)], now: 2) == [.heldByOther])
  }

  /// A reply that the checks refuse is asked anew by one process; the others
  /// wait for the newer one.
  @Test func aUselessReplyIsAskedAnewByOne() throws {
    let scratch = try Scratch()
    var first = try ReplyCache(path: scratch.path("a"))
    var second = try ReplyCache(path: scratch.path("a"))
    first.store(Self.reply("useless"), for: [(Self.key(1), nil)])
    try first.step(now: 1)
    let question = [(key: Self.key(1), isAnswerUseless: true)]
    expect(try second.lease(question, now: 1) == [.mine])
    expect(try first.lease(question, now: 1) == [.heldByOther])
    second.store(Self.reply("better"), for: [(Self.key(1), nil)])
    try second.step(now: 2)
    expect(try first.lease(question, now: 2) == [.answered])
  }

  /// In whatever way it ends.
  @Test func aLeaseEndsWithItsProcess() throws {
    let scratch = try Scratch()
    let question = [(key: Self.key(1), isAnswerUseless: false)]
    var second = try ReplyCache(path: scratch.path("a"))
    try leaseAndVanish(scratch.path("a"), question)
    expect(try second.lease(question, now: 1) == [.mine])
  }

  private func leaseAndVanish(
    _ path: String, _ question: [(key: RequestKey, isAnswerUseless: Bool)]
  ) throws {
    var cache = try ReplyCache(path: path)
    expect(try cache.lease(question, now: 1) == [.mine])
  }

  /// A stopped process is waited for, but not for ever.
  @Test func aStoppedProcessIsGivenUp() throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sleep")
    process.arguments = ["100"]
    try process.run()
    defer {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    let pid = process.processIdentifier
    let observer = PeerObserver()
    #expect(!observer.isAbandoned(pid, now: 0))
    kill(pid, SIGSTOP)
    while PeerObserver.state(of: pid) != UInt8(ascii: "T") { usleep(1000) }
    #expect(!observer.isAbandoned(pid, now: 1))
    #expect(!observer.isAbandoned(pid, now: 1 + PeerObserver.patience / 2))
    #expect(observer.isAbandoned(pid, now: 2 + PeerObserver.patience))
  }

  /// Processes that start together create it together.
  @Test(.timeLimit(.minutes(15))) func aNewFileIsCreatedOnce() throws {
    for _ in 0..<10 {
      let scratch = try Scratch()
      let path = scratch.path("a")
      DispatchQueue.concurrentPerform(iterations: 12) { index in
        do {
          if index % 2 == 0 { _ = try ReplyCache(path: path) }
          _ = try ReplyCache(path: path)
        } catch {
          Issue.record(error)
        }
      }
    }
  }

  /// What the file is decides what the line says, and nothing is changed in it.
  @Test(arguments: [
    ("CREATE TABLE t(a)", "another program"),
    ("PRAGMA application_id = 5", "another program"),
    ("PRAGMA user_version = 3", "another program"),
    ("PRAGMA application_id = 1987141889; PRAGMA user_version = 99", "newer version"),
    ("PRAGMA application_id = 1987141889; PRAGMA user_version = 1", "damaged"),
    ("PRAGMA application_id = 1987141889; CREATE TABLE x(a)", "damaged"),
  ])
  func otherFilesAreLeftAlone(sql: String, line: String) throws {
    let scratch = try Scratch()
    let code = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])"
    #expect(try Python.code(code, [scratch.path("a"), sql + "; VACUUM"]).run().status == 0)
    let before = try scratch.read("a")
    #expect {
      _ = try ReplyCache(path: scratch.path("a"))
    } throws: {
      let message = "\($0)"
      return message.hasPrefix(scratch.path("a")) && message.contains(line)
        && (line == "another program" || message.contains("move the file away"))
    }
    if line != "damaged" {
      #expect(try scratch.read("a") == before)
      #expect(!FileManager.default.fileExists(atPath: scratch.path("a-wal")))
    }
  }

  @Test(arguments: [
    #""descriptive_answer":"Yes.\nx","gemini":{"usage":{"prompt":5},"attempts":3,"questions":4}"#,
    #""descriptive_answer":"Yes","gemini":{"finish_reason":"STOP","model_version":null}"#,
  ])
  func anOldAnswerBecomesAReply(members: String) throws {
    let reply = try #require(LegacyAnswers.reply(members: Array(members.utf8)))
    let body = try JSONValue(parsing: reply.body)
    let candidate = try #require(body["candidates"]?.elements?.first)
    let text = try #require(candidate["content"]?["parts"]?.elements?.first?["text"]?.string)
    #expect(text.hasPrefix("Yes"))
    #expect(!reply.body.contains(UInt8(ascii: "\n")))
    #expect(reply.item == nil)
  }

  @Test(arguments: [
    "", "\"descriptive_answer\":5,\"gemini\":{}", "\"descriptive_answer\":\"Yes\"",
    "\"descriptive_answer\":\"Yes,\"gemini\":{}", "\"descriptive_answer\":\"Y\u{1}\",\"gemini\":{}",
  ])
  func aDamagedOldAnswerIsNone(members: String) {
    #expect(LegacyAnswers.reply(members: Array(members.utf8)) == nil)
  }
}
