import Shared

/// What a record becomes: one row, or a row for each turn of a conversation.
struct Layout {
  enum Pairs {
    /// One row, by the numbers of the selected paths.
    case one(question: Int, answer: Int)
    /// A row for each pair of a list of turns.
    case turns(Int)
  }

  enum Picture {
    /// The columns that may hold it; of several, exactly one must.
    case columns([Int])
    /// A row that was hashed and perhaps answered before.
    case hashed(hash: Int, path: Int?, size: Int?, answer: Int?)
  }

  /// All fields that are read, which the numbers count.
  private(set) var paths: [FieldPath] = []
  let pairs: Pairs
  let picture: Picture
  /// Columns carried along, with their keys.
  private(set) var kept: [(key: String, selection: Int)] = []

  /// Chooses among the columns of a file.
  ///
  /// - Throws: `ToolError`, without the file's name, that lists the columns
  ///   there are.
  init(_ request: ColumnRequest, among columns: [RecordColumn]) throws(ToolError) {
    let finder = ColumnFinder(columns: columns)
    var paths: [FieldPath] = []
    func select(_ path: FieldPath) -> Int {
      paths.append(path)
      return paths.count - 1
    }
    if let turns = try finder.turns(request) {
      pairs = .turns(select(turns))
    } else {
      let question = try finder.text("question", request.question, ColumnFinder.questions)
      let answer = try finder.text("answer", request.answer, ColumnFinder.answers)
      pairs = .one(question: select(question), answer: select(answer))
    }
    if request.image == nil, let hashed = finder.hashed {
      picture = .hashed(
        hash: select(hashed), path: finder.path("image_path").map(select),
        size: finder.path("image_size").map(select),
        answer: finder.path("descriptive_answer").map(select))
    } else {
      picture = .columns(try finder.images(request.image).map(select))
    }
    for text in request.kept {
      let (path, key) = try finder.kept(text)
      guard RowKey(rawValue: key) == nil, key != "turn", !kept.contains(where: { $0.key == key })
      else {
        throw ToolError(
          "the row has a key \(Shown.text(key)) of its own; keep it as --keep \(path.text)=NAME")
      }
      kept.append((key, select(path)))
    }
    self.paths = paths
  }
}

/// Finds the columns of a file that a row is made of.
private struct ColumnFinder {
  let columns: [RecordColumn]

  private var names: [String] { columns.map(\.name) }

  static let questions = ["question", "query", "prompt"]
  static let answers = ["answer", "multiple_choice_answer", "label", "response"]
  private static let turns = ["conversations", "messages", "texts", "conversation"]
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
