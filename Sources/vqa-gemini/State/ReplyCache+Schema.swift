import Glibc

extension ReplyCache {
  /// The file of remembered replies. Version 0 (`answers` by a digest of
  /// request and check, with the members that the row was given) lives on as
  /// `legacy_answers`. Version 1 had no journal of batch jobs, and that of version 2
  /// knew nothing of uploads.
  static let kind = StateDatabase(
    applicationID: 0x7671_6101, pageSize: 4096,
    schema: tables + BatchJournal.tables + BatchJournal.uploads
      + "CREATE TABLE legacy_answers(key BLOB PRIMARY KEY, members BLOB NOT NULL)",
    migrations: [
      "ALTER TABLE answers RENAME TO legacy_answers; " + tables, BatchJournal.tables,
      BatchJournal.uploads,
    ],
    cost: "its answers would be asked and paid for again", place: "name another file with --cache")

  /// `item` is NULL where a request asked one question. `owner` is the byte
  /// that the asking process has locked in the `-owners` file.
  private static let tables = """
    CREATE TABLE replies(
      id INTEGER PRIMARY KEY, body BLOB NOT NULL, questions INTEGER NOT NULL,
      attempts INTEGER NOT NULL, checksum INTEGER NOT NULL);
    CREATE TABLE answers(
      key BLOB PRIMARY KEY, reply INTEGER NOT NULL, item INTEGER, checksum INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE leases(
      key BLOB PRIMARY KEY, owner INTEGER NOT NULL, process INTEGER NOT NULL
    ) WITHOUT ROWID;

    """

  /// Sleeps until `time` of the boot clock.
  func pause(until time: Double) {
    usleep(UInt32(max(0, min(0.1, time - BootClock.now())) * 1e6) + 1000)
  }
}
