import Foundation
import SQLite
import TestSupport
import Testing

struct DatabaseTests {
  /// `#expect` cannot take apart calls of what is not copyable.
  private func expectRow(_ isAsExpected: Bool) throws { #expect(isAsExpected) }

  @Test func valuesComeBackAsTheyWent() throws {
    let scratch = try Scratch()
    let database = try Database(path: scratch.path("a.sqlite"))
    try database.execute("CREATE TABLE t(a INTEGER, b BLOB, c TEXT, d)")
    let insert = try database.prepare("INSERT INTO t(a, b, c) VALUES(?, ?, ?)")
    let rows: [(Int64, [UInt8], String)] = [(.min, [], ""), (-1, [0, 255, 0], "å\u{1F600}")]
    for (number, blob, text) in rows {
      try insert.bind(1, number)
      try insert.bind(2, blob)
      try insert.bind(3, text)
      try insert.run()
    }
    let select = try database.prepare("SELECT a, b, c, d, b IS NULL FROM t ORDER BY a")
    try expectRow(select.step() == true)
    let number = select.integer(0)
    #expect(number == .min)
    let value1 = select.blob(1)
    #expect(value1 == [])
    let value2 = select.integer(4)
    #expect(value2 == 0)
    let value3 = select.text(2)
    #expect(value3 == "")
    let isNull = select.isNull(3)
    #expect(isNull)
    try expectRow(select.step() == true)
    let value4 = select.blob(1)
    #expect(value4 == [0, 255, 0])
    let value5 = select.text(2)
    #expect(value5 == "å\u{1F600}")
    try expectRow(select.step() == false)
  }

  @Test func anErrorUndoesTheTransaction() throws {
    let scratch = try Scratch()
    let database = try Database(path: scratch.path("a.sqlite"))
    try database.execute("CREATE TABLE t(a INTEGER UNIQUE); INSERT INTO t VALUES(1)")
    #expect(throws: DatabaseError.self) {
      try database.transaction { () throws(DatabaseError) in
        try database.execute("INSERT INTO t VALUES(2)")
        try database.execute("INSERT INTO t VALUES(1)")
      }
    }
    let count = try database.prepare("SELECT count(*) FROM t")
    try expectRow(count.step() == true)
    let value6 = count.integer(0)
    #expect(value6 == 1)
  }

  @Test func twoConnectionsSeeEachOther() throws {
    let scratch = try Scratch()
    let first = try Database(path: scratch.path("a.sqlite"))
    let second = try Database(path: scratch.path("a.sqlite"))
    try first.execute("CREATE TABLE t(a)")
    try second.execute("INSERT INTO t VALUES(7)")
    let select = try first.prepare("SELECT a FROM t")
    try expectRow(select.step() == true)
    let value7 = select.integer(0)
    #expect(value7 == 7)
  }

  @Test func whatIsNoDatabaseIsToldAtOnce() throws {
    let scratch = try Scratch()
    let path = try scratch.write(String(repeating: "not a database", count: 100), to: "a.sqlite")
    #expect {
      try Database(path: path).useWAL()
    } throws: {
      "\($0)".contains("not a database") && ($0 as? DatabaseError)?.isDamaged == true
    }
    #expect(throws: DatabaseError.self) { _ = try Database(path: scratch.path("no/such/folder/x")) }
  }

  /// Whose file it is can be looked at before anything is changed.
  @Test func openingChangesNothing() throws {
    let scratch = try Scratch()
    let path = scratch.path("a.sqlite")
    let code = """
      import sqlite3, sys
      c = sqlite3.connect(sys.argv[1])
      c.executescript("CREATE TABLE t(a); INSERT INTO t VALUES(1)")
      """
    #expect(try Python.code(code, [path]).run().status == 0)
    let before = try scratch.read("a.sqlite")
    let tables = try Database(path: path).integer("SELECT count(*) FROM sqlite_schema")
    #expect(tables == 1)
    #expect(try scratch.read("a.sqlite") == before)
  }

  @Test func aLockedDatabaseIsBusyAtOnce() throws {
    let scratch = try Scratch()
    let first = try Database(path: scratch.path("a.sqlite"))
    try first.useWAL()
    try first.execute("CREATE TABLE t(a); BEGIN IMMEDIATE")
    let second = try Database(path: scratch.path("a.sqlite"))
    #expect {
      try second.execute("BEGIN IMMEDIATE")
    } throws: {
      ($0 as? DatabaseError)?.isBusy == true
    }
    try first.execute("COMMIT")
    try second.execute("BEGIN IMMEDIATE; COMMIT")
  }

  @Test func theSystemsOwnClientReadsIt() throws {
    let scratch = try Scratch()
    let database = try Database(path: scratch.path("a.sqlite"))
    try database.execute("CREATE TABLE t(a, b); INSERT INTO t VALUES(1, x'00ff')")
    let code = """
      import sqlite3, sys
      print(sqlite3.connect(sys.argv[1]).execute("SELECT a, hex(b) FROM t").fetchall())
      """
    let result = try Python.code(code, [scratch.path("a.sqlite")]).run()
    #expect(result.output == "[(1, '00FF')]\n", "\(result)")
  }
}
