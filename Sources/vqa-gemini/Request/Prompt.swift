import Shared

/// What is said about each picture: a text with places for the question and
/// the reference answer.
struct Prompt {
  private enum Piece: Equatable {
    case text([UInt8])
    case question
    case answer
  }

  /// As it was given.
  let template: String
  private let pieces: [Piece]

  /// The instruction that goes with every request.
  static let defaultSystem = """
    You are an expert in medical imaging. You explain to students why the reference answer to a \
    question about an image is right, from what can be seen in the image and from general medical \
    knowledge. You keep the reference answer exactly as it is given.
    """

  /// The prompt if none is given.
  static let defaultTemplate = """
    Question: {question}
    Reference Answer: {answer}

    Answer the question about the image in exactly this form, on one line, without markup:
    <Reference Answer>. Explanation: <explanation>
    Begin with the reference answer, word for word. Then explain in one to three sentences what \
    in the image supports it.
    """

  /// Reads a template; `{question}` and `{answer}` are the places, every other
  /// brace is text.
  ///
  /// - Throws: `ToolError` if there is no place for the question.
  init(template: String) throws(ToolError) {
    var pieces: [Piece] = []
    var text: [UInt8] = []
    var rest = Array(template.utf8)[...]
    let places: [([UInt8], Piece)] = [
      (Array("{question}".utf8), .question), (Array("{answer}".utf8), .answer),
    ]
    while let byte = rest.first {
      if let (mark, piece) = places.first(where: { rest.starts(with: $0.0) }) {
        pieces += [.text(text), piece]
        text = []
        rest = rest.dropFirst(mark.count)
      } else {
        text.append(byte)
        rest = rest.dropFirst()
      }
    }
    pieces.append(.text(text))
    guard pieces.contains(.question) else {
      throw ToolError("the prompt has no {question} in it")
    }
    self.pieces = pieces
    self.template = template
  }

  /// The prompt for one row, in UTF-8.
  func text(question: [UInt8], answer: [UInt8]) -> [UInt8] {
    pieces.reduce(into: []) { text, piece in
      switch piece {
      case .text(let bytes): text += bytes
      case .question: text += question
      case .answer: text += answer
      }
    }
  }
}
