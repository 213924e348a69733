import Shared

/// Where in a record a value is: `answer`, `answers[0].answer`, or
/// `choices[answer]`, whose index is the value of another field: a number, or
/// the letter of a choice.
struct FieldPath: Equatable, Sendable {
  enum Step: Equatable, Sendable {
    case member(String)
    case index(Int)
    indirect case indexedBy(FieldPath)
  }

  let column: String
  var steps: [Step] = []

  /// As it was named, for messages.
  let text: String

  init(column: String) {
    self.column = column
    text = column
  }

  /// Reads `text` where there are the columns called `names`. A column that
  /// is called just so comes before a path.
  ///
  /// - Throws: `ToolError`, without the file's name.
  init(_ text: String, among names: [String]) throws(ToolError) {
    self.text = text
    if names.contains(text) {
      column = text
      return
    }
    // Of columns called `a` and `a.b` the longer one is meant by `a.b[0]`.
    let starts = names.filter { text.hasPrefix($0 + ".") || text.hasPrefix($0 + "[") }
    guard let start = starts.max(by: { $0.utf8.count < $1.utf8.count }) else {
      let column = text.prefix { $0 != "." && $0 != "[" }
      throw ToolError.noColumn(column.isEmpty ? text : String(column), among: names)
    }
    column = start
    var rest = text.dropFirst(start.count)
    while let mark = rest.popFirst() {
      if mark == "." {
        let name = rest.prefix { $0 != "." && $0 != "[" }
        rest = rest.dropFirst(name.count)
        guard !name.isEmpty else { throw FieldPath.malformed(text) }
        steps.append(.member(String(name)))
      } else if mark == "[" {
        guard let end = FieldPath.closing(rest) else { throw FieldPath.malformed(text) }
        let inner = String(rest[..<end])
        rest = rest[rest.index(after: end)...]
        if let index = Int(inner), index >= 0 {
          steps.append(.index(index))
        } else {
          guard !inner.isEmpty, Int(inner) == nil else { throw FieldPath.malformed(text) }
          steps.append(.indexedBy(try FieldPath(inner, among: names)))
        }
      } else {
        throw FieldPath.malformed(text)
      }
    }
  }

  /// The names of members on the way, without indices.
  var memberNames: [String] {
    steps.compactMap {
      guard case .member(let name) = $0 else { return nil }
      return name
    }
  }

  private static func closing(_ text: Substring) -> Substring.Index? {
    var depth = 1
    for index in text.indices {
      if text[index] == "[" { depth += 1 }
      if text[index] == "]" { depth -= 1 }
      if depth == 0 { return index }
    }
    return nil
  }

  private static func malformed(_ text: String) -> ToolError {
    ToolError(
      "\(Shown.text(text)) is not a path such as answers[0].answer or choices[answer]")
  }
}

extension FieldValue {
  /// Follows `path`. What leads nowhere, such as an index past the end, is
  /// null; what cannot be followed is unreadable.
  ///
  /// - Parameter lookUp: gives the value of another field of the record.
  func following(
    _ path: FieldPath, lookUp: (FieldPath) -> FieldValue
  ) -> FieldValue {
    var value = self
    for step in path.steps {
      if value.isNull { return .null }
      switch step {
      case .member(let name):
        if let member = value[name] {
          value = member
        } else if value.names != nil {
          return .null
        } else {
          return .unreadable("\(Shown.text(path.text)): .\(name) of \(value.kind)")
        }
      case .index(let index): value = value.element(index, path)
      case .indexedBy(let other):
        let index = lookUp(other)
        if index.isNull { return .null }
        guard let number = index.integer ?? index.letter else {
          return .unreadable("\(Shown.text(path.text)): the index is \(index.kind)")
        }
        value = value.element(number, path)
      }
    }
    return value
  }

  private func element(_ index: Int, _ path: FieldPath) -> FieldValue {
    guard let elements = elements ?? printed else {
      if case .unreadable = self { return self }
      return .unreadable("\(Shown.text(path.text)): an index into \(kind)")
    }
    return elements.indices.contains(index) ? elements[index] : .null
  }

  /// The elements of a list that stands in a text, as Python prints it.
  private var printed: [FieldValue]? {
    utf8.flatMap { TextList.elements($0) }?.map { .text($0) }
  }

  /// The place that the letter of a choice means: 0 for `A`.
  private var letter: Int? {
    guard let utf8, utf8.count == 1, (0x41...0x5A).contains(utf8[0]) else { return nil }
    return Int(utf8[0]) - 0x41
  }
}
