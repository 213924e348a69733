import Shared

/// Makes the rows of a record: the members behind `row`.
struct RowComposer {
  private let layout: Layout
  private let reader: any RecordReader
  private let pictures: Pictures
  /// The pairs of the current record if it is a conversation, and its picture,
  /// the same for all.
  private var pairs: Result<[Turns.Pair], RowFailure> = .success([])
  private var picture: (text: [UInt8], failure: RowFailure?) = ([], nil)
  private var isFirst = false

  init(_ layout: Layout, _ reader: any RecordReader, _ pictures: Pictures) {
    self.layout = layout
    self.reader = reader
    self.pictures = pictures
  }

  /// Whether rows have a turn.
  var hasTurns: Bool {
    if case .one = layout.pairs { return false }
    return true
  }

  /// Takes the record that the reader is at.
  ///
  /// - Parameter isFirst: whether nothing has been written yet.
  /// - Returns: how many rows it gives, at least 1.
  mutating func begin(isFirst: Bool) throws(ToolError) -> Int {
    self.isFirst = isFirst
    guard let pairs = try readPairs() else { return 1 }
    self.pairs = pairs
    picture.text.removeAll(keepingCapacity: true)
    picture.failure = try appendPicture(to: &picture.text)
    guard case .success(let found) = pairs else { return 1 }
    return found.count
  }

  /// The pairs of the current record; nil if it is one row.
  private func readPairs() throws(ToolError) -> Result<[Turns.Pair], RowFailure>? {
    switch layout.pairs {
    case .one: return nil
    case .turns(let selection):
      let turns = try reader.value(selection)
      return Result { () throws(RowFailure) in try Turns.pairs(of: turns) }
    case .lists(let questions, let answers):
      let lists = (try reader.value(questions), try reader.value(answers))
      return Result { () throws(RowFailure) in try Turns.pairs(of: lists.0, and: lists.1) }
    }
  }

  /// Appends the members of a row: `,"question":…,"answer":…,"image":…` and
  /// then the columns to be kept.
  ///
  /// - Returns: what the row lacks.
  mutating func append(_ number: Int, to line: inout [UInt8]) throws(ToolError) -> RowFailure? {
    var failures: [RowFailure?] = []
    switch layout.pairs {
    case .one(let question, let answer):
      failures = [
        append("question", try reader.value(question), to: &line),
        append("answer", try reader.value(answer), to: &line),
        try appendPicture(to: &line),
      ]
    case .turns, .lists:
      switch pairs {
      case .success(let pairs):
        failures = [
          append("question", pairs[number].question, to: &line),
          append("answer", pairs[number].answer, to: &line),
        ]
      case .failure(let failure):
        line += ",\"question\":null,\"answer\":null".utf8
        failures = [failure]
      }
      line += picture.text
      failures.append(picture.failure)
    }
    for (key, selection) in layout.kept {
      line.append(UInt8(ascii: ","))
      JSONText.appendQuoted(key, to: &line)
      line.append(UInt8(ascii: ":"))
      let value = try reader.value(selection)
      value.appendJSON(to: &line)
      if case .unreadable(let why) = value {
        failures.append(RowFailure(code: "bad_column", message: "\(Shown.text(key)): \(why)"))
      }
    }
    return failures.lazy.compactMap(\.self).first
  }

  /// Appends a question or an answer: text, a number or a boolean.
  private func append(
    _ key: String, _ value: FieldValue, to line: inout [UInt8]
  ) -> RowFailure? {
    line.append(UInt8(ascii: ","))
    JSONText.appendQuoted(key, to: &line)
    line.append(UInt8(ascii: ":"))
    let start = line.count
    do throws(RowFailure) {
      try RowComposer.append(value, isQuestion: key == "question", to: &line)
      return nil
    } catch {
      line.removeSubrange(start...)
      line += "null".utf8
      return RowFailure(code: "bad_\(key)", message: "the \(key) is \(error.message)")
    }
  }

  private static func append(
    _ value: FieldValue, isQuestion: Bool, to line: inout [UInt8]
  ) throws(RowFailure) {
    func fail(_ why: String) -> RowFailure { RowFailure(code: "", message: why) }
    switch value {
    case .null, .literal, .written: value.appendJSON(to: &line)
    case .json(let json):
      switch json.kind {
      case .array, .object: throw fail("\(value.kind) and not text")
      case .string where isQuestion && hasMark(json.text):
        JSONText.appendQuotedLossless(ImageMarks.removed(from: json.utf8 ?? []), to: &line)
      default: value.appendJSON(to: &line)
      }
    case .text(let bytes), .bytes(let bytes):
      guard bytes.isUTF8 else { throw fail("not UTF-8") }
      JSONText.appendQuoted(
        isQuestion ? ImageMarks.removed(from: bytes) : bytes, to: &line)
    case .list, .group: throw fail("\(value.kind) and not text")
    case .unreadable(let why): throw fail("not readable: \(why)")
    }
  }

  /// Whether a spelled text may have a mark: `<` can be escaped.
  private static func hasMark(_ text: ArraySlice<UInt8>) -> Bool {
    text.contains(UInt8(ascii: "<")) || text.contains(UInt8(ascii: "\\"))
  }

  /// Appends `,"image":…`, or what stands for it in a row that was hashed.
  private func appendPicture(to line: inout [UInt8]) throws(ToolError) -> RowFailure? {
    switch layout.picture {
    case .columns(let selections):
      line += ",\"image\":".utf8
      return try appendPicture(of: selections, to: &line)
    case .hashed(let hash, let path, let size, let answer):
      let members = [
        ("image_hash", hash), ("image_path", path), ("image_size", size),
        ("descriptive_answer", answer),
      ]
      for (key, selection) in members {
        guard let selection else { continue }
        let value = try reader.value(selection)
        guard !value.isNull else { continue }
        line += ",\"\(key)\":".utf8
        value.appendJSON(to: &line)
      }
      return nil
    }
  }

  private func appendPicture(
    of selections: [Int], to line: inout [UInt8]
  ) throws(ToolError) -> RowFailure? {
    if selections.count == 1 {
      pictures.column = layout.paths[selections[0]].text
      return try pictures.append(try reader.value(selections[0]), to: &line)
    }
    var found: [(name: String, value: FieldValue)] = []
    for selection in selections {
      let value = try reader.value(selection)
      guard !value.isNull, value.elements?.isEmpty != true else { continue }
      found.append((layout.paths[selection].text, value))
    }
    guard found.count > 1 else {
      if let name = found.first?.name { pictures.column = name }
      return try pictures.append(found.first?.value ?? .null, to: &line)
    }
    let names = Shown.list(found.map(\.name))
    let message = "several columns hold an image: \(names); choose one with --image-column"
    // The first row tells most of a data set, and the refusal costs nothing.
    guard !isFirst else { throw ToolError(message) }
    line += "null".utf8
    return RowFailure(code: "several_images", message: message)
  }
}
