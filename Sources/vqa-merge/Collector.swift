import Shared

/// Takes the lines in: what is kept of each in memory, its texts on disk.
struct Collector: ~Copyable {
  private(set) var index = RowIndex()
  private(set) var images = ImageIndex()
  private(set) var splits = SplitNames()
  /// The records of answered rows.
  var answered = Spool()
  /// The records of images, by their numbers.
  var imageRecords = Spool()
  /// The lines without an answer as they came, if somebody wants them.
  var failed = Spool()
  private let keepsFailed: Bool
  private let reading: RowReading
  private let intake = Intake(stage: Merge.toolName, force: false)
  private var sources: [(first: Int, name: String)] = []
  private var facts = Facts()
  private var record: [UInt8] = []

  init(reading: RowReading, keepsFailed: Bool) {
    self.reading = reading
    self.keepsFailed = keepsFailed
  }

  /// Takes the next line.
  mutating func take(_ line: Line) throws(ToolError) {
    guard index.count < RowIndex.maximumCount else {
      throw ToolError("more than \(RowIndex.maximumCount) lines")
    }
    if line.number == 1 { sources.append((index.count, line.source)) }
    if line.isTooLong {
      return try reject(line, "longer than \(LineReader.maximumLength) bytes")
    }
    let row: Row
    do throws(JSONError) {
      row = try Row(line: line.text)
    } catch {
      return try reject(line, String(describing: error))
    }
    reading.read(row, into: &facts)
    let isAnswered = isAnswered(row, line)
    try enter(row, isAnswered: isAnswered)
    let place = index.count - 1
    if isAnswered {
      try answered.append(record, place: place)
    } else if keepsFailed {
      try failed.append(line.text, place: place)
    }
  }

  /// Whether the row can enter the result. One that has an answer and lacks
  /// something else costs a line: nothing else would tell why it is missing.
  private func isAnswered(_ row: Row, _ line: Line) -> Bool {
    guard !RowReading.hasError(row), facts.has(.descriptiveAnswer) else { return false }
    guard let complaint = facts.complaint else { return true }
    let id = row[.id]?.string.map { " \($0):" } ?? ""
    StandardError.line("\(Merge.toolName): \(line.source):\(line.number):\(id) \(complaint)")
    return false
  }

  /// Enters the row into the index; `record` is its record then, if it is
  /// answered.
  private mutating func enter(_ row: Row, isAnswered: Bool) throws(ToolError) {
    var entry = RowIndex.Facts()
    entry.image = try image()
    if facts.has(.id) { entry.id = Fingerprint(facts[.id].span) }
    if facts.has(.question) { entry.question = Fingerprint.short(facts[.question].span) }
    entry.number = RowReading.number(of: row)
    entry.isAnswered = isAnswered
    if isAnswered {
      try facts.record(Field.ofRow, into: &record)
      entry.split = splits.number(of: facts.unquoted(.split))
      entry.length = record.count
    }
    do throws(Conflict) {
      try index.append(entry)
    } catch {
      throw contradiction(error)
    }
  }

  /// The number of the row's image, nil if it names none. What is news of an
  /// image goes to its spool.
  private mutating func image() throws(ToolError) -> Int? {
    guard facts.has(.imageHash) else { return nil }
    let tells = facts.has(.imagePath) && facts.has(.imageSize)
    let found: (image: Int, isNews: Bool)
    do throws(Conflict) {
      found = try images.number(
        of: Fingerprint(facts[.imageHash].span),
        facts: tells ? Fingerprint.short(facts[.imagePath ... .imageSize].span) : 0,
        at: index.count)
    } catch {
      throw contradiction(error)
    }
    if found.isNews {
      try facts.record(Field.ofImage, into: &record)
      images.setLength(record.count, of: found.image)
      try imageRecords.append(record, place: found.image)
    }
    return found.image
  }

  private func contradiction(_ conflict: Conflict) -> ToolError {
    let subject = facts.unquoted(conflict.kind == .imageFacts ? .imageHash : .id)
    return ToolError(
      conflict.message(
        lineName(conflict.first), lineName(conflict.second),
        subject: String(decoding: subject, as: UTF8.self)))
  }

  /// A line that is no JSON object: from here on it says so itself.
  private mutating func reject(_ line: Line, _ message: String) throws(ToolError) {
    StandardError.line("\(Merge.toolName): \(line.source):\(line.number): \(message)")
    if keepsFailed {
      try failed.append(intake.rejected(line, message), place: index.count)
    }
    do throws(Conflict) {
      try index.append(RowIndex.Facts())
    } catch {
      preconditionFailure("a line without an id is at odds with none")
    }
  }

  /// The file and line of the line at a place in the whole input.
  private func lineName(_ place: Int) -> String {
    guard let source = sources.last(where: { $0.first <= place }) else {
      return "line \(place + 1)"
    }
    return "\(source.name):\(place - source.first + 1)"
  }

  /// To be called when all lines are in.
  mutating func finish() {
    index.finishIntake()
    images.finishIntake()
  }
}
