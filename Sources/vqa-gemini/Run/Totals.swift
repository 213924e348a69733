/// What a run has used so far.
struct Totals {
  /// Requests sent, repeated ones included.
  var requests = 0
  /// Rows that the service answered in this run.
  var answered = 0
  /// Rows whose answers came from the cache.
  var remembered = 0
  /// Tokens of all answers, useless ones included.
  var usage = Usage()
  /// Rows that failed for the network or the service since the last answer.
  var failuresInARow = 0
}
