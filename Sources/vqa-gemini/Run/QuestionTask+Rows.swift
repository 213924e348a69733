import Shared

extension QuestionTask {
  /// The keys that the rows of this task get.
  var ownKeys: [RowKey] {
    switch self {
    case .explain: [.descriptiveAnswer, .gemini]
    case .answer: [.blindAnswer]
    }
  }

  /// Whether a row holds what this task adds.
  func isDone(_ row: borrowing RowView) -> Bool {
    switch self {
    case .explain: row.kind(of: .descriptiveAnswer) == .string
    case .answer: row.kind(of: .blindAnswer) == .object
    }
  }
}
