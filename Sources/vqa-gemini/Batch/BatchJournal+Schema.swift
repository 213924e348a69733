extension BatchJournal {
  /// The journal lives in the file of remembered replies, so that what is
  /// collected enters both in one transaction.
  ///
  /// `owner` is the byte that the process at work on a part has locked in the
  /// `-owners` file; times are seconds since 1970. A question is asked by at
  /// most one part: `part` is NULL when none does any more, and the row then
  /// says how often it was asked in vain. `line` is the key of the line that
  /// asks it, `number` that line's place in the file from 1, and `item` the
  /// question's place in a line that asks several.
  static let tables = """
    CREATE TABLE batch_parts(
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, state TEXT NOT NULL,
      service TEXT NOT NULL, model TEXT NOT NULL, project TEXT NOT NULL, owner INTEGER NOT NULL,
      lines INTEGER NOT NULL, questions INTEGER NOT NULL, tokens INTEGER NOT NULL,
      bytes INTEGER NOT NULL, file TEXT, job TEXT, result TEXT, created REAL NOT NULL,
      due REAL NOT NULL, looks INTEGER NOT NULL, refusals INTEGER NOT NULL);
    CREATE TABLE batch_lines(
      key BLOB PRIMARY KEY, part INTEGER, line BLOB NOT NULL, number INTEGER NOT NULL,
      item INTEGER, failures INTEGER NOT NULL, replies INTEGER NOT NULL,
      is_final INTEGER NOT NULL, code TEXT, message TEXT, text TEXT) WITHOUT ROWID;
    CREATE INDEX batch_lines_part ON batch_lines(part, line) WHERE part IS NOT NULL;

    """

  /// What version 3 added, so that an upload outlasts its process: the SHA-256
  /// of a part's file, and where the rest of it is sent.
  static let uploads = """
    ALTER TABLE batch_parts ADD COLUMN digest TEXT;
    ALTER TABLE batch_parts ADD COLUMN upload TEXT;

    """
}
