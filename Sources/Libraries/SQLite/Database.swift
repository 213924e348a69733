internal import CSQLite

/// One connection to a SQLite database that other processes may use as well.
///
/// It runs in WAL mode: readers and a writer do not block each other, a process
/// killed at any instruction leaves the file as its last commit left it, and a
/// commit costs a `write`, no `fsync`. The file must lie on a local disk.
///
/// Not thread safe, and kept on its thread by not being `Sendable`.
@safe public struct Database: ~Copyable {
  let handle: OpaquePointer

  /// Opens, or makes, the database at `path`.
  ///
  /// - Parameters:
  ///   - path: the file; its folder must exist. `:memory:` for none.
  ///   - pageSize: of a new file, in bytes: a power of two from 512 to 65,536.
  ///   - busyTimeout: milliseconds to wait for another process's lock.
  /// - Throws: `DatabaseError`; a file that is not a database is told on first
  ///   use, which is here.
  public init(
    path: String, pageSize: Int = 4096, busyTimeout: Int = 10_000
  ) throws(DatabaseError) {
    unsafe self.handle = try unsafe Self.open(path, pageSize: pageSize, busyTimeout: busyTimeout)
  }

  private static func open(
    _ path: String, pageSize: Int, busyTimeout: Int
  ) throws(DatabaseError) -> OpaquePointer {
    var handle: OpaquePointer?
    // No mutex: one thread owns the connection.
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    var code = unsafe sqlite3_open_v2(path, &handle, flags, nil)
    if code == SQLITE_OK {
      unsafe sqlite3_busy_timeout(handle, Int32(clamping: busyTimeout))
      code = unsafe setUp(handle, pageSize, attempts: max(1, busyTimeout / 10))
    }
    guard code == SQLITE_OK, let handle = unsafe handle else {
      let error = unsafe DatabaseError(code: code, handle: handle)
      unsafe sqlite3_close_v2(handle)
      throw error
    }
    return unsafe handle
  }

  /// The change to WAL does not wait for other processes that open the file at
  /// the same moment (SQLite gives SQLITE_BUSY without asking the busy
  /// handler), so it is tried again here.
  private static func setUp(
    _ handle: OpaquePointer?, _ pageSize: Int, attempts: Int
  ) -> Int32 {
    let sql = "PRAGMA page_size=\(pageSize); PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
    var code = SQLITE_BUSY
    for _ in 0..<attempts {
      code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
      guard code == SQLITE_BUSY else { break }
      sqlite3_sleep(10)
    }
    return code
  }

  /// Statements may outlive the connection: the last of them closes it.
  deinit { unsafe sqlite3_close_v2(handle) }

  /// Runs SQL that takes no values and whose rows, if any, do not matter.
  public borrowing func execute(_ sql: String) throws(DatabaseError) {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw unsafe DatabaseError(code: code, handle: handle) }
  }

  /// Compiles one statement, to be run many times.
  public borrowing func prepare(_ sql: String) throws(DatabaseError) -> Statement {
    var statement: OpaquePointer?
    let persistent = UInt32(SQLITE_PREPARE_PERSISTENT)
    let code = unsafe sqlite3_prepare_v3(handle, sql, -1, persistent, &statement, nil)
    guard code == SQLITE_OK, let statement = unsafe statement else {
      throw unsafe DatabaseError(code: code, handle: handle)
    }
    return unsafe Statement(statement)
  }

  /// Runs `body` in one transaction that holds the write lock from its start;
  /// an error undoes it.
  public borrowing func transaction<Result>(
    _ body: () throws(DatabaseError) -> Result
  ) throws(DatabaseError) -> Result {
    try execute("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      // The first error is the one to tell; some errors have rolled back already.
      try? execute("ROLLBACK")
      throw error
    }
  }
}

/// What SQLite refused, with its own words.
public struct DatabaseError: Error, Sendable, CustomStringConvertible {
  /// SQLite's extended result code (https://sqlite.org/rescode.html).
  public var code: Int32
  /// One line.
  public var description: String

  init(code: Int32, handle: OpaquePointer?) {
    self.code = code
    guard let handle = unsafe handle else {
      description = unsafe String(cString: sqlite3_errstr(code))
      return
    }
    self.code = unsafe sqlite3_extended_errcode(handle)
    description = unsafe String(cString: sqlite3_errmsg(handle))
  }
}

/// The version of SQLite that is linked.
public func sqliteVersion() -> String { unsafe String(cString: sqlite3_libversion()) }
