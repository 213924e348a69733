import Shared

/// Which columns are wanted, as far as the command line says.
struct ColumnRequest: Sendable {
  var question: String?
  var answer: String?
  var image: String?
  /// `column` or `column=key`.
  var kept: [String] = []
}

/// The columns of one file that its rows are made of.
struct ColumnChoice: Equatable {
  /// A column carried along.
  struct Kept: Equatable {
    let column: String
    let key: String
  }

  let question: String
  let answer: String
  let image: String
  let kept: [Kept]

  /// Chooses among the columns called `names`.
  ///
  /// - Parameter images: those that are known to hold images, best known first.
  /// - Throws: `ToolError`, without the file's name, that lists the columns there are.
  init(
    _ request: ColumnRequest, among names: [String], images: [String]
  ) throws(ToolError) {
    let columns = Columns(names: names)
    question = try columns.find(
      "question", asked: request.question, usual: ["question", "query", "prompt"])
    answer = try columns.find(
      "answer", asked: request.answer,
      usual: ["answer", "multiple_choice_answer", "label", "response"])
    // Of several columns with images the one with a usual name is meant, else the first.
    let usual = ["image", "img", "picture", "image_path", "image_name", "file_name"]
    let known = Columns(names: images).first(of: usual) ?? images.first
    image = try columns.find("image", asked: request.image ?? known, usual: usual)
    var kept: [Kept] = []
    for text in request.kept { kept.append(try columns.kept(text, after: kept)) }
    self.kept = kept
  }
}

/// The names of a file's columns.
private struct Columns {
  let names: [String]

  /// The column for one part of the row, asked for by name or known by its usual ones.
  func find(
    _ part: String, asked: String?, usual: [String]
  ) throws(ToolError) -> String {
    if let asked {
      guard names.contains(asked) else { throw missing("no column is called \(asked)") }
      return asked
    }
    guard let found = first(of: usual) else {
      throw missing("no column is known as the \(part); name it with --\(part)-column")
    }
    return found
  }

  /// The first of the `usual` names that is there, in whatever case.
  func first(of usual: [String]) -> String? {
    for name in usual {
      if let found = names.first(where: { $0 == name }) { return found }
      if let found = names.first(where: { $0.lowercased() == name }) { return found }
    }
    return nil
  }

  /// A column to be kept: `column`, or `column=key` if no column is called all of that.
  func kept(
    _ text: String, after others: [ColumnChoice.Kept]
  ) throws(ToolError) -> ColumnChoice.Kept {
    var (column, key) = (text, text)
    if !names.contains(text), let equals = text.lastIndex(of: "=") {
      column = String(text[..<equals])
      key = String(text[text.index(after: equals)...])
    }
    guard names.contains(column) else { throw missing("no column is called \(column)") }
    guard RowKey(rawValue: key) == nil, !others.contains(where: { $0.key == key }) else {
      throw ToolError("the row has a key \(key) of its own; keep it as --keep \(column)=NAME")
    }
    return ColumnChoice.Kept(column: column, key: key)
  }

  private func missing(_ what: String) -> ToolError {
    ToolError("\(what); its columns are \(names.joined(separator: ", "))")
  }
}
