import Shared

/// What a record becomes: one row, or a row for each turn of a conversation.
struct Layout {
  enum Pairs {
    /// One row, by the numbers of the selected paths.
    case one(question: Int, answer: Int)
    /// A row for each pair of a list of turns.
    case turns(Int)
    /// A row for each question of a list, whose answer has the same place in
    /// another.
    case lists(questions: Int, answers: Int)
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
    } else if let lists = try finder.lists(request) {
      pairs = .lists(questions: select(lists.questions), answers: select(lists.answers))
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
