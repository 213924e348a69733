import Shared

/// Takes the lines in: what is kept of each in memory, its texts on disk.
struct Collector: ~Copyable {
  private(set) var index = RowIndex()
  private(set) var images = ImageIndex()
  private(set) var splits = SplitNames()
  /// The codes of errors, in the place of a split for rows without an answer.
  private(set) var failures = SplitNames()
  /// The records of answered rows.
  var answered = Spool()
  /// The records of images, by their numbers.
  var imageRecords = Spool()
  /// The lines without an answer as they came, if somebody wants them.
  var failed = Spool()
  private let keepsFailed: Bool
  private let reading: RowReading
  private let intake = Intake(stage: Merge.toolName, force: false)
  /// What the lines from a place on are called, before their number.
  private var sources: [(first: Int, name: String)] = []
  private var earlier: EarlierPairs?
  /// Images of an earlier result that have no pairs.
  private(set) var bareCount = 0
  /// Pairs of an earlier result whose place a row has taken.
  private(set) var replacedCount = 0
  private var facts = Facts()
  private var record: [UInt8] = []

  init(reading: RowReading, keepsFailed: Bool) {
    self.reading = reading
    self.keepsFailed = keepsFailed
  }

  /// Rows of an earlier result.
  var earlierCount: Int { earlier?.count ?? 0 }

  /// Takes an earlier result in; to be called before the first line.
  mutating func takeEarlier(_ path: String) throws(ToolError) {
    var result = try EarlierResult(path: path)
    var pairs = EarlierPairs()
    sources.append((0, "\(path), pair "))
    while Interrupt.requested == nil, let image = try result.next(reading.spelling) {
      for pair in image.pairs.isEmpty ? [nil] : image.pairs {
        try image.read(pair, into: &facts)
        if pair == nil { bareCount += 1 }
        pairs.appendEarlier(Fingerprint(ofPair: facts))
        try enter(number: index.count, isAnswered: true, isEarlier: true)
        try answered.append(record, place: index.count - 1)
      }
    }
    earlier = pairs
  }

  /// Lets rows take the places of the earlier pairs that they stand for.
  ///
  /// - Parameter keys: of all rows in the result, in order.
  mutating func claimEarlier(_ keys: [Ordering.Key]) {
    guard var earlier else { return }
    for key in keys where key.place >= earlier.count {
      guard let pair = earlier.claim(for: Int(key.place)) else { continue }
      index.replace(pair, by: Int(key.place))
      replacedCount += 1
    }
    self.earlier = earlier
  }

  /// Takes the next line.
  mutating func take(_ line: Line) throws(ToolError) {
    guard index.count < RowIndex.maximumCount else {
      throw ToolError("more than \(RowIndex.maximumCount) rows")
    }
    if line.number == 1 { sources.append((index.count, "\(line.source):")) }
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
    let failure = isAnswered ? 0 : failures.number(of: Self.failureCode(row)[...])
    try enter(number: RowReading.number(of: row), isAnswered: isAnswered, failure: failure)
    let place = index.count - 1
    if isAnswered {
      try answered.append(record, place: place)
    } else if keepsFailed {
      try failed.append(line.text, place: place)
    }
  }

  /// The code of a row's error; what is missing, if it has none.
  private static func failureCode(_ row: Row) -> [UInt8] {
    guard RowReading.hasError(row) else {
      return Array((row[.descriptiveAnswer] == nil ? "no_answer" : "incomplete").utf8)
    }
    return row[.error]?["code"]?.utf8 ?? Array("unknown".utf8)
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
  private mutating func enter(
    number: Int?, isAnswered: Bool, isEarlier: Bool = false, failure: Int = 0
  ) throws(ToolError) {
    var entry = RowIndex.Facts()
    entry.image = try image()
    if facts.has(.id) { entry.id = Fingerprint(facts[.id].span) }
    if facts.has(.question) { entry.question = Fingerprint.short(facts[.question].span) }
    entry.number = number
    entry.split = failure
    entry.isAnswered = isAnswered
    if isAnswered {
      try facts.record(Field.ofRow, into: &record)
      entry.split = isEarlier ? SplitNames.earlier : splits.number(of: facts.unquoted(.split))
      entry.length = record.count
    }
    do throws(Conflict) {
      try index.append(entry)
    } catch {
      throw contradiction(error)
    }
    earlier?.append(isAnswered ? Fingerprint(ofPair: facts) : .none)
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
    earlier?.append(.none)
    let failure = failures.number(of: "bad_row".utf8.map { $0 }[...])
    do throws(Conflict) {
      try index.append(RowIndex.Facts(split: failure))
    } catch {
      preconditionFailure("a line without an id is at odds with none")
    }
  }

  /// The file and line of the line at a place in the whole input.
  private func lineName(_ place: Int) -> String {
    guard let source = sources.last(where: { $0.first <= place }) else { return "row \(place + 1)" }
    return "\(source.name)\(place - source.first + 1)"
  }

  /// To be called when all lines are in.
  mutating func finish() {
    index.finishIntake()
    images.finishIntake()
  }
}
