/// What is done with a question of a batch: a pure function of what is known.
enum BatchDecision {
  /// The cache has its answer.
  case answered([UInt8])
  /// A part asks it.
  case asked(Int64)
  /// It was tried often enough, in vain.
  case givenUp(Failure)
  /// It is to be asked.
  case ask(isAnswerUseless: Bool)

  /// - Parameters:
  ///   - record: what the journal knows of the question.
  ///   - reply: what the check says of the reply in the cache; nil if there is
  ///     none.
  ///   - retries: how often a failure may be followed by another try.
  init(_ record: BatchRecord?, reply: Result<[UInt8], Failure>?, retries: Int) {
    if case .success(let members)? = reply {
      self = .answered(members)
      return
    }
    if let part = record?.part {
      self = .asked(part)
      return
    }
    var useless: Failure?
    if case .failure(let failure)? = reply { useless = failure }
    let record = record ?? BatchRecord()
    let last = record.failure ?? useless
    let isSpent =
      record.isFinal || record.failures > retries
      || record.replies > EngineOptions.answerRetries
    if isSpent, let last {
      self = .givenUp(last)
    } else {
      self = .ask(isAnswerUseless: useless != nil)
    }
  }
}
