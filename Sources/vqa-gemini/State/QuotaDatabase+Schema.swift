extension QuotaDatabase {
  /// What stands for the boot where times are relative: 0 is the moment of the
  /// first use after the migration, before it they are negative.
  static let relativeBoot = "relative"

  /// The file of rate-limit counts. Pages are small, since a few bytes of it
  /// change with each request. Version 0 had its times by the wall clock and
  /// its days in the project's row.
  static let kind = StateDatabase(
    applicationID: 0x7671_6C01, pageSize: 1024,
    schema: tables + "INSERT INTO clock VALUES ('', NULL)",
    migrations: [
      """
      ALTER TABLE requests RENAME TO old_requests;
      \(tables)
      INSERT INTO members SELECT digest, model, scope FROM keys;
      INSERT INTO projects(id, revision, day, proven, guess, rests_until, bare_refusals,
        probe_time, is_recovering)
        SELECT id, change, day, proven, guess, rests_until - \(wallTime), bare_refusals,
        probe_time - \(wallTime), is_recovering FROM scopes;
      INSERT INTO days SELECT id, day, requests, 0, is_day_used_up FROM scopes;
      INSERT INTO learned SELECT id, 'rpm', learned_rpm FROM scopes WHERE learned_rpm > 0
        UNION SELECT id, 'tpm', learned_tpm FROM scopes WHERE learned_tpm > 0
        UNION SELECT id, 'rpd', learned_rpd FROM scopes WHERE learned_rpd > 0;
      INSERT INTO requests
        SELECT id, scope, change, time - \(wallTime), tokens, fate FROM old_requests;
      DROP TABLE keys; DROP TABLE scopes; DROP TABLE old_requests;
      INSERT INTO clock VALUES ('\(relativeBoot)', NULL)
      """
    ],
    cost: "the requests of the last minute and of this day would be counted from 0",
    place: "name another folder with XDG_STATE_HOME")

  /// SQL for seconds since 1970.
  private static let wallTime = "(julianday('now') - 2440587.5) * 86400"

  // No index on requests: there are those of two minutes, and each request
  // would pay for it.
  private static let tables = """
    CREATE TABLE members(
      digest BLOB, model TEXT, project INTEGER NOT NULL, PRIMARY KEY (digest, model)
    ) WITHOUT ROWID;
    CREATE TABLE projects(
      id INTEGER PRIMARY KEY, revision INTEGER NOT NULL DEFAULT 0, merged_into INTEGER,
      updated REAL NOT NULL DEFAULT 0, day INTEGER NOT NULL DEFAULT 0,
      proven INTEGER NOT NULL DEFAULT 0, guess INTEGER, guess_time REAL NOT NULL DEFAULT 0,
      rests_until REAL NOT NULL DEFAULT 0, bare_refusals INTEGER NOT NULL DEFAULT 0,
      probe_time REAL, refusal_time REAL NOT NULL DEFAULT 0,
      is_recovering INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE days(
      project INTEGER, day INTEGER, requests INTEGER NOT NULL, tokens INTEGER NOT NULL,
      is_used_up INTEGER NOT NULL, PRIMARY KEY (project, day)) WITHOUT ROWID;
    CREATE TABLE learned(
      project INTEGER, kind TEXT, amount INTEGER NOT NULL, PRIMARY KEY (project, kind)
    ) WITHOUT ROWID;
    CREATE TABLE requests(
      id INTEGER PRIMARY KEY, project INTEGER NOT NULL, revision INTEGER NOT NULL,
      time REAL NOT NULL, tokens INTEGER NOT NULL, status INTEGER NOT NULL);
    CREATE TABLE clock(boot TEXT NOT NULL, service_offset REAL);

    """
}
