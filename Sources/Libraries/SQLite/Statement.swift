internal import CSQLite

/// A compiled statement. Parameters count from 1, columns from 0.
@safe public struct Statement: ~Copyable {
  private let handle: OpaquePointer

  init(_ handle: OpaquePointer) { unsafe self.handle = handle }

  deinit { unsafe sqlite3_finalize(handle) }

  /// Makes the statement ready to run again with new values.
  public borrowing func reset() {
    // The code repeats the error of the last step, which was thrown then.
    _ = unsafe sqlite3_reset(handle)
    _ = unsafe sqlite3_clear_bindings(handle)
  }

  /// Gives parameter `index` an integer.
  public borrowing func bind(_ index: Int32, _ value: Int64) throws(DatabaseError) {
    try check(unsafe sqlite3_bind_int64(handle, index, value))
  }

  /// Gives parameter `index` an integer, or NULL.
  public borrowing func bind(_ index: Int32, _ value: Int64?) throws(DatabaseError) {
    guard let value else { return try check(unsafe sqlite3_bind_null(handle, index)) }
    try bind(index, value)
  }

  /// Gives parameter `index` a number, or NULL.
  public borrowing func bind(_ index: Int32, _ value: Double?) throws(DatabaseError) {
    guard let value else { return try check(unsafe sqlite3_bind_null(handle, index)) }
    try check(unsafe sqlite3_bind_double(handle, index, value))
  }

  /// Gives parameter `index` a blob, which is copied.
  public borrowing func bind(_ index: Int32, _ value: [UInt8]) throws(DatabaseError) {
    let code = unsafe value.withUnsafeBytes { bytes in
      // SQLite takes a null pointer for NULL, so an empty blob needs another.
      unsafe bytes.isEmpty
        ? sqlite3_bind_zeroblob(handle, index, 0)
        : sqlite3_bind_blob64(
          handle, index, bytes.baseAddress, UInt64(bytes.count), Self.transient)
    }
    try check(code)
  }

  /// Gives parameter `index` a text, which is copied.
  public borrowing func bind(_ index: Int32, _ value: String) throws(DatabaseError) {
    try check(unsafe sqlite3_bind_text(handle, index, value, -1, Self.transient))
  }

  /// Moves to the next row.
  ///
  /// - Returns: false at the end.
  public borrowing func step() throws(DatabaseError) -> Bool {
    let code = unsafe sqlite3_step(handle)
    switch code {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw unsafe DatabaseError(code: code, handle: sqlite3_db_handle(handle))
    }
  }

  /// Runs the statement to its end and makes it ready to run again.
  public borrowing func run() throws(DatabaseError) {
    defer { reset() }
    while try step() {}
  }

  /// An integer of the current row; 0 if it is NULL.
  public borrowing func integer(_ column: Int32) -> Int64 {
    unsafe sqlite3_column_int64(handle, column)
  }

  /// A number of the current row; 0 if it is NULL.
  public borrowing func number(_ column: Int32) -> Double {
    unsafe sqlite3_column_double(handle, column)
  }

  /// Whether a value of the current row is NULL.
  public borrowing func isNull(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(handle, column) == SQLITE_NULL
  }

  /// A blob of the current row, copied; empty if it is NULL.
  public borrowing func blob(_ column: Int32) -> [UInt8] {
    guard let bytes = unsafe sqlite3_column_blob(handle, column) else { return [] }
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: count))
  }

  /// A text of the current row; empty if it is NULL.
  public borrowing func text(_ column: Int32) -> String {
    String(decoding: blob(column), as: UTF8.self)
  }

  private borrowing func check(_ code: Int32) throws(DatabaseError) {
    guard code == SQLITE_OK else {
      throw unsafe DatabaseError(code: code, handle: sqlite3_db_handle(handle))
    }
  }

  /// SQLITE_TRANSIENT, a cast that Swift does not import: "copy the bytes".
  private static var transient: sqlite3_destructor_type {
    unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }
}
