import Shared

/// The pairs of a question and an answer in a record that has several.
enum Turns {
  struct Pair {
    let question: FieldValue
    /// Null if the conversation ends with a question.
    let answer: FieldValue
  }

  /// Reads a list of turns in any of the forms that data sets have: groups of
  /// `user` and `assistant`, of `question` and `answer`, of `from` and `value`,
  /// of `role` and `content`.
  ///
  /// - Throws: `RowFailure` if questions and answers do not alternate, or a
  ///   turn cannot be read.
  static func pairs(of value: FieldValue) throws(RowFailure) -> [Pair] {
    guard let turns = value.elements ?? transposed(value) else {
      throw failure(value.isNull ? "there are no turns" : "the turns are \(value.kind)")
    }
    var pairs: [Pair] = []
    var question: FieldValue?
    for (number, turn) in turns.enumerated() {
      if let pair = try pair(turn, number), question == nil {
        pairs.append(pair)
        continue
      }
      let message = try message(turn, number)
      switch message.role {
      case .system: continue
      case .user:
        guard question == nil else { throw failure("turn \(number) is a second question") }
        question = message.text
      case .assistant:
        guard let asked = question else {
          throw failure("turn \(number) is an answer without a question")
        }
        pairs.append(Pair(question: asked, answer: message.text))
        question = nil
      }
    }
    if let question { pairs.append(Pair(question: question, answer: .null)) }
    guard !pairs.isEmpty else { throw failure("there is no question among the turns") }
    return pairs
  }

  /// Pairs a list of questions with one of their answers.
  ///
  /// - Throws: `RowFailure` if they are not as many, or none.
  static func pairs(
    of questions: FieldValue, and answers: FieldValue
  ) throws(RowFailure) -> [Pair] {
    guard let asked = questions.elements, let given = answers.elements else {
      let other = questions.elements == nil ? questions : answers
      throw failure("the questions or the answers are \(other.kind) and not a list")
    }
    guard asked.count == given.count else {
      throw failure("\(asked.count) questions and \(given.count) answers")
    }
    guard !asked.isEmpty else { throw failure("there are no questions") }
    return zip(asked, given).map { Pair(question: $0, answer: $1) }
  }

  /// A turn that has both sides; nil for one that is a message.
  private static func pair(_ turn: FieldValue, _ number: Int) throws(RowFailure) -> Pair? {
    for (user, assistant) in [("user", "assistant"), ("question", "answer")] {
      guard let question = turn[user], let answer = turn[assistant] else { continue }
      return Pair(question: try text(question, number), answer: try text(answer, number))
    }
    return nil
  }

  private enum Role { case system, user, assistant }

  private static func message(
    _ turn: FieldValue, _ number: Int
  ) throws(RowFailure) -> (role: Role, text: FieldValue) {
    guard let name = (turn["from"] ?? turn["role"])?.utf8,
      let content = turn["value"] ?? turn["content"] ?? turn["text"]
    else {
      throw failure(
        "turn \(number) has neither question and answer, nor from and value, nor role and content")
    }
    let role: Role
    switch String(decoding: name, as: UTF8.self).lowercased() {
    case "system": return (.system, .null)
    case "human", "user": role = .user
    case "gpt", "assistant", "model", "chatgpt", "bot": role = .assistant
    default: throw failure("turn \(number) is of \(Shown.text(name)) and no question or answer")
    }
    return (role, try text(content, number))
  }

  /// The text of a message, or of its parts.
  private static func text(_ content: FieldValue, _ number: Int) throws(RowFailure) -> FieldValue {
    if content.utf8 != nil { return content }
    guard let parts = content.elements else {
      throw failure("turn \(number) is \(content.kind) and not text")
    }
    var text: [UInt8] = []
    for part in parts {
      if let plain = part.utf8 ?? (part["text"]?.utf8) {
        // Parts are paragraphs where nothing else parts them.
        if let last = text.last, last > 0x20, plain.first ?? 0 > 0x20 {
          text.append(0x0A)
        }
        text += plain
      } else if isImage(part) {
        text += ImageMarks.mark
      } else {
        let kind = part["type"]?.utf8.map { Shown.text($0) } ?? part.kind
        throw failure("turn \(number) has a part that is neither text nor an image: \(kind)")
      }
    }
    return .text(text)
  }

  private static func isImage(_ part: FieldValue) -> Bool {
    if let type = part["type"]?.utf8 { return type.starts(with: "image".utf8) }
    return part["image"] != nil || part["image_url"] != nil
  }

  /// Old data sets store a sequence of groups as a group of lists.
  private static func transposed(_ value: FieldValue) -> [FieldValue]? {
    guard case .group(let members) = value, !members.isEmpty else { return nil }
    var columns: [(name: String, elements: [FieldValue])] = []
    for member in members {
      guard let elements = member.value.elements else { return nil }
      columns.append((member.name, elements))
    }
    let count = columns.map(\.elements.count).min() ?? 0
    return (0..<count).map { place in
      .group(columns.map { ($0.name, $0.elements[place]) })
    }
  }

  private static func failure(_ why: String) -> RowFailure {
    RowFailure(code: "bad_turns", message: why)
  }
}

/// `<image>`, which stands in questions for the picture that goes with them.
enum ImageMarks {
  static let mark = Array("<image>".utf8)

  /// The text without the marks. White space goes with a mark: at the ends
  /// all that is beside it, else what is behind it.
  static func removed(from text: [UInt8]) -> [UInt8] {
    guard var place = first(in: text, from: 0) else { return text }
    let tail = tail(of: text)
    var output = Array(text[..<place])
    if output.allSatisfy(isSpace) { output = [] }
    while true {
      if place >= tail { while output.last.map(isSpace) == true { output.removeLast() } }
      var end = place + mark.count
      let hadSpace = output.last.map(isSpace) ?? true
      if hadSpace || end >= tail { end += text[end...].prefix(while: isSpace).count }
      let next = first(in: text, from: end) ?? text.count
      output += text[end..<next]
      guard next < text.count else { break }
      place = next
    }
    return output
  }

  /// From where on there are only marks and white space.
  private static func tail(of text: [UInt8]) -> Int {
    var start = text.count
    while true {
      while start > 0, isSpace(text[start - 1]) { start -= 1 }
      guard text[..<start].suffix(mark.count).elementsEqual(mark) else { return start }
      start -= mark.count
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  private static func first(in text: [UInt8], from start: Int) -> Int? {
    var index = start
    while index + mark.count <= text.count {
      if text[index] == mark[0], text[index...].starts(with: mark) { return index }
      index += 1
    }
    return nil
  }
}
