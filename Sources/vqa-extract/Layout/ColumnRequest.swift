import Shared

/// Which columns are wanted, as far as the command line says.
struct ColumnRequest: Sendable {
  var question: String?
  var answer: String?
  var image: String?
  var turns: String?
  /// `column` or `column=key`.
  var kept: [String] = []
}
