internal import CSQLite
import Glibc

/// One connection to a SQLite database that other processes may use as well.
///
/// Opening changes nothing in the file, so that a caller can first look whose
/// it is; `useWAL` then makes it a database for several processes.
///
/// Not thread safe, and kept on its thread by not being `Sendable`.
@safe public struct Database: ~Copyable {
  let handle: OpaquePointer

  /// Opens the database at `path`; a file that does not exist is created when
  /// something is first written.
  ///
  /// - Parameters:
  ///   - path: the file; its folder must exist. `:memory:` for none, empty for
  ///     a temporary file.
  ///   - busyTimeout: milliseconds that a call waits for another process's
  ///     lock before it throws an error that `isBusy`.
  /// - Throws: `DatabaseError`. A file that is not a database is found on first
  ///   use.
  public init(path: String, busyTimeout: Int = 0) throws(DatabaseError) {
    var handle: OpaquePointer?
    // No mutex: one thread owns the connection.
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    let code = unsafe sqlite3_open_v2(path, &handle, flags, nil)
    guard code == SQLITE_OK, let handle = unsafe handle else {
      let error = unsafe DatabaseError(code: code, handle: handle)
      unsafe sqlite3_close_v2(handle)
      throw error
    }
    unsafe sqlite3_busy_timeout(handle, Int32(clamping: busyTimeout))
    unsafe self.handle = handle
  }

  /// Statements may outlive the connection: the last of them closes it.
  deinit { unsafe sqlite3_close_v2(handle) }

  /// Changes to WAL mode (https://sqlite.org/wal.html): readers and a writer do
  /// not block each other, a process killed at any instruction leaves the file
  /// as its last commit left it, and a commit costs a `write`, no `fsync`. The
  /// file must lie on a local disk.
  ///
  /// - Parameter pageSize: of a new file, in bytes: a power of two from 512 to
  ///   65,536.
  /// - Throws: `DatabaseError` that `isBusy` while another process has the file
  ///   locked; SQLite does not wait for it here.
  public borrowing func useWAL(pageSize: Int = 4096) throws(DatabaseError) {
    try execute(
      "PRAGMA page_size=\(pageSize); PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL")
  }

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

  /// The first column of the first row of a query, as an integer; 0 if there is
  /// no row.
  public borrowing func integer(_ sql: String) throws(DatabaseError) -> Int64 {
    let statement = try prepare(sql)
    return try statement.step() ? statement.integer(0) : 0
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
      // The first error is the one to report; some have rolled back already.
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
    // SQLite says that the system refused, and not why.
    let cause = unsafe sqlite3_system_errno(handle)
    guard [SQLITE_CANTOPEN, SQLITE_IOERR].contains(primary), cause != 0 else { return }
    description += unsafe ": \(String(cString: strerror(cause)))"
  }

  /// Another process holds a lock; the same call may succeed later.
  public var isBusy: Bool { primary == SQLITE_BUSY || primary == SQLITE_LOCKED }

  /// The system did not let the file, or one next to it, be opened or written.
  public var isRefused: Bool { [SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM].contains(primary) }

  /// The file is not a database, or not what its schema says.
  public var isDamaged: Bool {
    primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB || primary == SQLITE_ERROR
  }

  /// The primary result code, which is the low byte of the extended one.
  private var primary: Int32 { code & 0xFF }
}

/// The version of SQLite that is linked.
public func sqliteVersion() -> String { unsafe String(cString: sqlite3_libversion()) }
