import Shared

/// Turns rows into questions, and questions into request bodies.
struct RequestWriter {
  private let prompt: Prompt
  private let single: RequestBody
  private let grouped: RequestBody
  private let estimate: TokenEstimate
  /// What an answer depends on beside its request.
  private let policy: String
  private var pictures = PictureStore()

  init(settings: ModelSettings, prompt: Prompt, policy: String) {
    self.prompt = prompt
    self.policy = policy
    single = RequestBody(settings: settings)
    grouped = RequestBody(settings: settings, generationConfig: GroupPrompt.generationConfig)
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
    let key = single.digest(picture: picture, prompt: text, policy: policy)
    let size = Self.size(row)
    return Ask(
      picture: picture, pictureSize: size,
      questions: [Question(ticket: ticket, question: question, answer: answer, key: key)],
      tokens: estimate.tokens(pictureSize: size, promptBytes: text.count))
  }

  /// The body, in pieces of which the Base64 of the picture is shared.
  mutating func pieces(_ ask: Ask) throws(RowFailure) -> [[UInt8]] {
    let base64 = try pictures.base64(ask.picture)
    let body = ask.questions.count == 1 ? single : grouped
    return body.pieces(picture: ask.picture, base64: base64, prompt: text(ask))
  }

  /// Input tokens that the request will be counted as.
  func tokens(_ ask: Ask) -> Int {
    estimate.tokens(pictureSize: ask.pictureSize, promptBytes: text(ask).count)
  }

  private func text(_ ask: Ask) -> [UInt8] {
    ask.questions.count == 1
      ? prompt.text(question: ask.questions[0].question, answer: ask.questions[0].answer)
      : GroupPrompt.text(ask.questions)
  }

  private static func text(_ row: Row, _ key: RowKey) throws(RowFailure) -> [UInt8] {
    guard let text = row[key]?.utf8, !text.isEmpty else {
      let hint = key == .imagePath ? "; vqa-hash adds it" : ""
      throw RowFailure(.missingField, "the row has no \"\(key.rawValue)\"\(hint)")
    }
    return text
  }

  private static func size(_ row: Row) -> (width: Int, height: Int)? {
    guard let numbers = row[.imageSize]?.elements, numbers.count == 2,
      let width = numbers[0].integer, let height = numbers[1].integer
    else { return nil }
    return (width, height)
  }
}
