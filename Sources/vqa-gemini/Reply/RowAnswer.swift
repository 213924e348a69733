/// What an answer must be, and how it enters a row.
struct AnswerPolicy {
  var task = QuestionTask.explain
  var check = AnswerCheck.Mode.pattern
  /// The model that is asked, which may differ from the one that answers.
  var model: String
  /// Of the prompt that is asked. A remembered reply was asked with the same,
  /// since its key holds it.
  var prompts = PromptDigests()
}

/// From a reply to a row's members: a pure function of question and reply, the
/// same for replies that have just come and for remembered ones.
enum RowAnswer {
  /// The members for a row from a whole reply.
  ///
  /// - Parameters:
  ///   - body: as the service sent it, redacted.
  ///   - item: the question's place, from 0, if the reply is a list of answers;
  ///     nil if it is the answer to this question alone.
  ///   - attempts: how many requests it took.
  static func members(
    for question: Question, body: [UInt8], item: Int?, attempts: Int, policy: AnswerPolicy
  ) -> Result<[UInt8], Failure> {
    switch ReplyReader.read(status: 200, body: body).verdict {
    case .text(var answer):
      guard let item else {
        return members(
          for: question, answer: answer, attempts: attempts, questions: 1, policy: policy)
      }
      guard let texts = GroupReply.texts(in: answer.text), texts.indices.contains(item) else {
        return .failure(
          Failure(.wrongAnswer, "the list has no answer to this question", text: answer.text))
      }
      answer.text = texts[item]
      return members(
        for: question, answer: answer, attempts: attempts, questions: texts.count, policy: policy)
    case .retry(let failure), .failed(let failure): return .failure(failure)
    case .throttled, .keyRejected, .projectRejected, .modelMissing, .stop:
      return .failure(Failure(.transient, .badResponse, "the reply is a refusal"))
    }
  }

  /// The members for a row from an answer that has been read.
  ///
  /// - Parameters:
  ///   - answer: its `text` is this question's.
  ///   - questions: how many the request asked.
  static func members(
    for question: Question, answer: Answer, attempts: Int, questions: Int, policy: AnswerPolicy
  ) -> Result<[UInt8], Failure> {
    if let fault = fault(in: answer.text, question, policy) {
      return .failure(Failure(.wrongAnswer, fault, text: answer.text))
    }
    return .success(
      AnswerMembers.bytes(
        answer, to: question, policy: policy, attempts: attempts, questions: questions))
  }

  private static func fault(
    in text: String, _ question: Question, _ policy: AnswerPolicy
  ) -> String? {
    switch policy.task {
    case .explain:
      AnswerCheck.fault(
        in: text, reference: String(decoding: question.answer, as: UTF8.self), mode: policy.check)
    // It need not hold the reference, so it is only asked to be a text.
    case .answer:
      AnswerCheck.fault(in: text, reference: "", mode: policy.check == .none ? .none : .mention)
    }
  }
}
