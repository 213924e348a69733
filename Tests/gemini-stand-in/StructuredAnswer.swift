/// An answer that follows a request's `responseSchema` or `responseJsonSchema`.
///
/// An array of objects with an `id` gets one object for each question of the
/// prompt; any other schema gets the smallest value that fits it.
struct StructuredAnswer {
  /// How the list of questions is to be answered wrongly.
  enum Slip: String, CaseIterable {
    case itemMissing = "item-missing"
    case itemDoubled = "item-doubled"
    case itemUnknown = "item-unknown"
    case itemWithoutPattern = "item-wrong-pattern"
    case itemEmpty = "item-empty"
  }

  let prompt: Prompt
  let digest: Digest
  let slip: Slip?

  /// - Returns: nil where the request asks for no structure.
  func value(for config: Value?) -> Value? {
    guard config?["responseMimeType"]?.string == "application/json" else { return nil }
    guard let schema = config?["responseSchema"] ?? config?["responseJsonSchema"] else {
      return ["answer": .string(AnswerText.plain(prompt, digest))]
    }
    return value(of: schema, named: "", question: nil)
  }

  private func value(of schema: Value, named name: String, question: Prompt.Question?) -> Value {
    if let first = schema["anyOf"]?.array.first {
      return value(of: first, named: name, question: question)
    }
    if let choice = schema["enum"]?.array.first { return choice }
    switch kind(of: schema) {
    case "ARRAY": return array(schema, named: name, question: question)
    case "OBJECT":
      let members = (schema["properties"]?.members ?? []).map { property in
        (
          key: property.key,
          value: member(property.value, named: property.key, of: schema, question: question)
        )
      }
      return .object(ordered(members, by: schema["propertyOrdering"]?.array ?? []))
    case "INTEGER": return schema["minimum"] ?? 1
    case "NUMBER": return schema["minimum"] ?? .double(0.5)
    case "BOOLEAN": return true
    case "NULL": return .null
    default: return .string(AnswerText.plain(prompt, digest))
    }
  }

  private func kind(of schema: Value) -> String {
    // JSON Schema may give a list of types: ["string", "null"].
    (schema["type"]?.string ?? schema["type"]?.array.first?.string ?? "").uppercased()
  }

  private func array(_ schema: Value, named name: String, question: Prompt.Question?) -> Value {
    guard let items = schema["items"] else { return [] }
    guard question == nil, items["properties"]?["id"] != nil else {
      return .array([value(of: items, named: name, question: question)])
    }
    var answers = prompt.questions.map { value(of: items, named: name, question: $0) }
    slip(&answers, items: items)
    return .array(answers)
  }

  private func slip(_ answers: inout [Value], items: Value) {
    switch slip {
    case .itemMissing: _ = answers.popLast()
    case .itemDoubled: answers.append(contentsOf: answers.prefix(1))
    case .itemUnknown:
      answers.append(
        value(
          of: items, named: "",
          question: Prompt.Question(id: "no-such-id", question: "", answer: "Yes")))
    case .itemWithoutPattern, .itemEmpty, nil: break
    }
  }

  private func member(
    _ schema: Value, named name: String, of parent: Value, question: Prompt.Question?
  ) -> Value {
    guard let question else { return value(of: schema, named: name, question: nil) }
    if name == "id" {
      guard kind(of: schema) == "STRING", let number = question.id.int else { return question.id }
      return .string(String(number))
    }
    guard kind(of: schema) == "STRING" else {
      return value(of: schema, named: name, question: question)
    }
    return .string(text(named: name, schema, of: parent, question: question))
  }

  /// `explanation` alone holds the explanation, and any other text the whole
  /// pattern; beside an `explanation`, an `answer` is just the answer. A
  /// description that names the pattern asks for the whole of it.
  private func text(
    named name: String, _ schema: Value, of parent: Value, question: Prompt.Question
  ) -> String {
    var own = digest
    own.combine(Array(question.id.compact)[...])
    let isLast = question.id.compact == prompt.questions.last?.id.compact
    if slip == .itemEmpty, isLast { return "" }
    if slip == .itemWithoutPattern, isLast { return "I cannot say." }
    let wantsPattern = schema["description"]?.string?.contains("Explanation:") == true
    let hasExplanation = parent["properties"]?["explanation"] != nil
    switch name {
    case "answer" where question.answer.isEmpty: return AnswerText.brief(own)
    case "explanation" where !wantsPattern: return AnswerText.explanation(own)
    case "answer" where hasExplanation && !wantsPattern: return question.answer
    default: return AnswerText.full(reference: question.answer, own)
    }
  }

  private func ordered(
    _ members: [(key: String, value: Value)], by order: [Value]
  ) -> [(key: String, value: Value)] {
    let names = order.compactMap(\.string)
    let first = names.compactMap { name in members.first { $0.key == name } }
    return first + members.filter { !names.contains($0.key) }
  }
}
