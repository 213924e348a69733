/// What the model is asked to do with a question.
enum QuestionTask: String, CaseIterable {
  /// To explain the reference answer: `descriptive_answer`.
  case explain
  /// To answer without being shown the reference answer: `blind_answer`.
  case answer

  /// The system instruction if none is given.
  var defaultSystem: String {
    switch self {
    case .explain: Prompt.defaultSystem
    case .answer:
      """
      You are an expert in medical imaging. You answer questions about an image from what can be \
      seen in it, as briefly as possible.
      """
    }
  }

  /// The prompt if none is given.
  var defaultTemplate: String {
    switch self {
    case .explain: Prompt.defaultTemplate
    case .answer:
      """
      Question: {question}

      Answer the question from the image alone. \(Self.form)
      """
    }
  }

  /// How `answer` wants its answers, alone or in a list.
  static let form = """
    Give only the answer, without an explanation and without markup: yes or no if the question \
    can be answered so, else a number or a few words. If the image does not show it, answer: \
    cannot tell
    """
}
