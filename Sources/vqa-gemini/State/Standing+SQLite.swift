import SQLite

extension Allowance.Standing {
  /// Reads the columns from the second on, as `SharedLimits` selects them.
  init(row: borrowing Statement) {
    self.init()
    day = Int(row.integer(1))
    requests = Int(row.integer(2))
    proven = Int(row.integer(3))
    learned = Limits.Learned(
      requestsPerMinute: row.optionalInteger(4), tokensPerMinute: row.optionalInteger(5),
      requestsPerDay: row.optionalInteger(6))
    guess = row.optionalInteger(7)
    guessTime = row.number(8)
    restsUntil = row.number(9)
    bareRefusals = Int(row.integer(10))
    isDayUsedUp = row.integer(11) != 0
    probeTime = row.isNull(12) ? nil : row.number(12)
    refusalTime = row.number(13)
    isRecovering = row.integer(14) != 0
  }

  /// Gives the parameters from the third on, as `SharedLimits` writes them.
  func bind(to row: borrowing Statement) throws(DatabaseError) {
    try row.bind(3, Int64(day))
    try row.bind(4, Int64(requests))
    try row.bind(5, Int64(proven))
    try row.bind(6, learned.requestsPerMinute.map { Int64($0) })
    try row.bind(7, learned.tokensPerMinute.map { Int64($0) })
    try row.bind(8, learned.requestsPerDay.map { Int64($0) })
    try row.bind(9, guess.map { Int64($0) })
    try row.bind(10, guessTime)
    try row.bind(11, restsUntil)
    try row.bind(12, Int64(bareRefusals))
    try row.bind(13, isDayUsedUp ? Int64(1) : 0)
    try row.bind(14, probeTime)
    try row.bind(15, refusalTime)
    try row.bind(16, isRecovering ? Int64(1) : 0)
  }
}

extension Statement {
  fileprivate borrowing func optionalInteger(_ column: Int32) -> Int? {
    isNull(column) ? nil : Int(integer(column))
  }
}
