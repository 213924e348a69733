import Shared

/// Turns rows into questions, and questions into request bodies.
struct RequestWriter {
  private let prompt: Prompt
  private let single: RequestBody
  private let grouped: RequestBody
  private let estimate: TokenEstimate
  private let task: QuestionTask
  private let service: String
  private var pictures = PictureStore()

  /// - Parameters:
  ///   - task: what the prompt asks for.
  ///   - service: `BaseURL.identity`.
  init(
    settings: ModelSettings, prompt: Prompt, task: QuestionTask = .explain, service: String
  ) {
    self.prompt = prompt
    self.task = task
    self.service = service
    single = RequestBody(settings: settings)
    grouped = RequestBody(settings: settings, generationConfig: GroupPrompt.generationConfig(task))
    estimate = TokenEstimate(settings)
  }

  /// The row as a request of its own.
  ///
  /// - Throws: if the row lacks something or its picture cannot be sent.
  mutating func ask(_ row: Row, ticket: Int) throws(RowFailure) -> Ask {
    let question = try Self.text(row, .question)
    let answer = try Self.text(row, .answer)
    let path = try Self.text(row, .imagePath)
    let picture = try pictures.picture(at: String(decoding: path, as: UTF8.self))
    let text = prompt.text(question: question, answer: answer)
    let key = single.key(picture: picture, prompt: text, service: service)
    let size = Self.size(row)
    return Ask(
      picture: picture, pictureSize: size,
      questions: [Question(ticket: ticket, question: question, answer: answer, key: key)],
      tokens: estimate.tokens(pictureSize: size, promptBytes: text.count))
  }

  /// Where a cache of `user_version` 0 may hold the answer to a question.
  func legacyKeys(_ question: Question, picture: Picture) -> [RequestKey] {
    guard task == .explain else { return [] }
    return single.legacyKeys(
      picture: picture, prompt: prompt.text(question: question.question, answer: question.answer),
      service: service)
  }

  /// The body, in pieces of which the Base64 of the picture is shared.
  mutating func pieces(_ ask: Ask) throws(RowFailure) -> [[UInt8]] {
    let base64 = try pictures.base64(ask.picture)
    let body = ask.questions.count == 1 ? single : grouped
    return body.pieces(
      picture: ask.picture, base64: base64, prompt: text(ask), questions: ask.questions.count,
      isCapRaised: ask.isCapRaised)
  }

  /// Input tokens that the request will be counted as.
  func tokens(_ ask: Ask) -> Int {
    estimate.tokens(pictureSize: ask.pictureSize, promptBytes: text(ask).count)
  }

  private func text(_ ask: Ask) -> [UInt8] {
    ask.questions.count == 1
      ? prompt.text(question: ask.questions[0].question, answer: ask.questions[0].answer)
      : GroupPrompt.text(ask.questions, task)
  }

  /// A member as text. Data sets have numbers and booleans among their
  /// answers (VQA-RAD's original has five): they are asked as the row spells
  /// them.
  private static func text(_ row: Row, _ key: RowKey) throws(RowFailure) -> [UInt8] {
    switch row[key] {
    case let value? where value.kind == .number || value.kind == .boolean:
      guard key == .answer || key == .question else { break }
      return Array(value.text)
    case let value?:
      if let text = value.utf8, text.contains(where: { $0 > 0x20 }) { return text }
    case nil: break
    }
    let hint = key == .imagePath ? "; vqa-hash adds it" : ""
    throw RowFailure(.missingField, "the row has no \"\(key.rawValue)\"\(hint)")
  }

  private static func size(_ row: Row) -> (width: Int, height: Int)? {
    guard let numbers = row[.imageSize]?.elements, numbers.count == 2,
      let width = numbers[0].integer, let height = numbers[1].integer
    else { return nil }
    return (width, height)
  }
}
