import Shared

/// Takes the lines in: what is kept of each in memory, its texts on disk.
struct Collector: ~Copyable {
  private(set) var index = RowIndex()
  private(set) var images = ImageIndex()
  private(set) var splits = SplitNames()
  /// The records of answered rows.
  var answered = Spool()
  /// The lines without an answer as they came, if somebody wants them.
  var failed = Spool()
  private let keepsFailed: Bool
  private let reading: RowReading
  private let intake = Intake(stage: Merge.toolName, force: false)
  private var sources: [(first: Int, name: String)] = []
  private var record = Record()

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
    reading.read(row, into: &record)
    let isAnswered = isAnswered(row, line)
    try enter(row, isAnswered: isAnswered)
    if isAnswered {
      let (bytes, place) = (record.bytes, index.count - 1)
      try answered.append(bytes.span, place: place)
    } else if keepsFailed {
      let place = index.count - 1
      try failed.append(line.text.span, place: place)
    }
  }

  /// Whether the row can enter the result. One that has an answer and lacks
  /// something else costs a line: nothing else would tell why it is missing.
  private func isAnswered(_ row: Row, _ line: Line) -> Bool {
    let hasFailed = row[.error].map { !$0.isNull } ?? false
    guard !hasFailed, record.has(.descriptiveAnswer) else { return false }
    guard let complaint = record.complaint else { return true }
    let id = row[.id]?.string.map { " \($0):" } ?? ""
    StandardError.line("\(Merge.toolName): \(line.source):\(line.number):\(id) \(complaint)")
    return false
  }

  private mutating func enter(_ row: Row, isAnswered: Bool) throws(ToolError) {
    var facts = RowIndex.Facts()
    do throws(Conflict) {
      facts.image = try image()
      if record.has(.id) { facts.id = Fingerprint(record[.id].span) }
      if record.has(.question) { facts.question = Fingerprint.short(record[.question].span) }
      facts.number = RowReading.number(of: row)
      facts.isAnswered = isAnswered
      if isAnswered {
        facts.split = splits.number(of: record.unquoted(.split))
        facts.length = record.bytes.count
      }
      try index.append(facts)
    } catch {
      let subject = record.unquoted(error.kind == .imageFacts ? .imageHash : .id)
      throw ToolError(
        error.message(
          lineName(error.first), lineName(error.second),
          subject: String(decoding: subject, as: UTF8.self)))
    }
  }

  /// The number of the row's image, nil if it names none.
  private mutating func image() throws(Conflict) -> Int? {
    guard record.has(.imageHash) else { return nil }
    let tells = record.has(.imagePath) && record.has(.imageSize)
    let path = record.range(of: .imagePath)
    let size = record.range(of: .imageSize)
    let facts = Fingerprint.short(record.bytes[path.lowerBound..<size.upperBound].span)
    let place = index.count
    return try images.number(
      of: Fingerprint(record[.imageHash].span), facts: tells ? facts : nil, at: place)
  }

  /// A line that is no JSON object: from here on it says so itself.
  private mutating func reject(_ line: Line, _ message: String) throws(ToolError) {
    StandardError.line("\(Merge.toolName): \(line.source):\(line.number): \(message)")
    if keepsFailed {
      let place = index.count
      try failed.append(intake.rejected(line, message).span, place: place)
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
  mutating func finish() { index.finishIntake() }
}
