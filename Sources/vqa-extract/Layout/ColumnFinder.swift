import Shared

/// Finds the columns of a file that a row is made of.
struct ColumnFinder {
  let columns: [RecordColumn]

  private var names: [String] { columns.map(\.name) }

  static let questions = ["question", "query", "prompt"]
  static let answers = ["answer", "multiple_choice_answer", "label", "response"]
  private static let turns = [
    "conversations", "messages", "texts", "conversation", "qa_pairs", "qas",
  ]
  private static let images = [
    "image", "img", "picture", "image_path", "image_name", "file_name", "images",
  ]

  /// The column with the turns; nil if rows are made of questions and answers.
  func turns(_ request: ColumnRequest) throws(ToolError) -> FieldPath? {
    if let asked = request.turns {
      guard request.question == nil, request.answer == nil else {
        throw ToolError("--turns-column goes with neither --question-column nor --answer-column")
      }
      let path = try FieldPath(asked, among: names)
      if path.steps.isEmpty, let content = content(path.column),
        content == .text || content == .number
      {
        throw ToolError("column \(Shown.text(asked)) is no list of turns")
      }
      return path
    }
    guard request.question == nil, request.answer == nil, first(of: Self.questions) == nil,
      let name = first(of: Self.turns), content(name) != .text, content(name) != .number
    else { return nil }
    return FieldPath(column: name)
  }

  /// The columns with all questions of a picture and all answers, side by side;
  /// nil if rows have one of each.
  func lists(
    _ request: ColumnRequest
  ) throws(ToolError) -> (questions: FieldPath, answers: FieldPath)? {
    guard request.question != nil || first(of: Self.questions) == nil,
      let question = request.question ?? first(of: ["questions"]),
      let answer = request.answer ?? first(of: ["answers"]), question != answer
    else { return nil }
    let paths = [try FieldPath(question, among: names), try FieldPath(answer, among: names)]
    guard paths.allSatisfy({ $0.steps.isEmpty && content($0.column) == .list }) else { return nil }
    return (paths[0], paths[1])
  }

  /// The column for one part of the row, asked for by name or known by its
  /// usual ones.
  func text(
    _ part: String, _ asked: String?, _ usual: [String]
  ) throws(ToolError) -> FieldPath {
    guard let asked else {
      guard let found = first(of: usual) else {
        throw missing(
          "no column is known as the \(part); name it with --\(part)-column\(hint(part))")
      }
      return try single(FieldPath(column: found), part)
    }
    return try single(FieldPath(asked, among: names), part)
  }

  /// The element of a list that may be meant, such as `answers[0]`.
  private func hint(_ part: String) -> String {
    guard let list = first(of: [part + "s"]), content(list) == .list else { return "" }
    return ", for example '\(list)[0]'"
  }

  /// Refuses what is no single value.
  private func single(_ path: FieldPath, _ part: String) throws(ToolError) -> FieldPath {
    guard path.steps.isEmpty else { return path }
    let name = Shown.text(path.column)
    switch content(path.column) {
    case .list, .images:
      throw ToolError(
        "column \(name) is a list and no \(part); choose an element, for example "
          + "--\(part)-column '\(name)[0]'")
    case .group(let members):
      throw ToolError(
        "column \(name) is a group and no \(part); choose a member, for example "
          + "--\(part)-column '\(name).\(Shown.text(members.first ?? "name"))'")
    case .image: throw ToolError("column \(name) holds pictures and no \(part)")
    default: return path
    }
  }

  /// The columns that may hold the picture.
  func images(_ asked: String?) throws(ToolError) -> [FieldPath] {
    if let asked {
      let path = try FieldPath(asked, among: names)
      if path.steps.isEmpty, content(path.column) == .number {
        throw ToolError("column \(Shown.text(asked)) holds no images: neither bytes nor paths")
      }
      return [path]
    }
    let known = columns.filter { $0.content == .image || $0.content == .images }
    if !known.isEmpty { return known.map { FieldPath(column: $0.name) } }
    guard let found = first(of: Self.images) else {
      throw missing("no column is known as the image; name it with --image-column")
    }
    return [FieldPath(column: found)]
  }

  /// The hash of a row that `vqa-hash` made, where there is no picture.
  var hashed: FieldPath? {
    let hasPicture = columns.contains {
      $0.content == .image || $0.content == .images
        || ($0.name != "image_path" && Self.images.contains($0.name.lowercased()))
    }
    return hasPicture ? nil : path("image_hash")
  }

  func path(_ name: String) -> FieldPath? {
    names.contains(name) ? FieldPath(column: name) : nil
  }

  /// A column to be kept: `column`, or `column=key` if no column is called
  /// all of that.
  func kept(_ text: String) throws(ToolError) -> (path: FieldPath, key: String) {
    if !names.contains(text), let equals = text.lastIndex(of: "=") {
      let path = try FieldPath(String(text[..<equals]), among: names)
      return (path, String(text[text.index(after: equals)...]))
    }
    return (try FieldPath(text, among: names), text)
  }

  private func content(_ name: String) -> RecordColumn.Content? {
    columns.first { $0.name == name }?.content
  }

  /// The first of the `usual` names that is there, in whatever case.
  private func first(of usual: [String]) -> String? {
    for name in usual {
      if let found = names.first(where: { $0 == name }) { return found }
      if let found = names.first(where: { $0.lowercased() == name }) { return found }
    }
    return nil
  }

  private func missing(_ what: String) -> ToolError {
    ToolError("\(what); its columns are \(Shown.list(names))")
  }
}
