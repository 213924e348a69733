import Shared

/// Takes the lines in: what is kept of each in memory, its texts on disk.
struct Collector: ~Copyable {
  private(set) var index = RowIndex()
  private(set) var images = ImageIndex()
  private(set) var splits = NameTable()
  /// The codes of errors, in the place of a split for rows without an answer.
  private(set) var failures = NameTable()
  /// The records of answered rows.
  var answered = SpillFile()
  /// The records of images, by their numbers.
  var imageRecords = SpillFile()
  /// The lines without an answer as they came, if somebody wants them.
  var failed = SpillFile()
  /// What the lines from a place on are called, before their number.
  private var sources: [(first: Int, name: String)] = []
  private var earlier: EarlierPairs?
  /// Images of an earlier result that have no pairs.
  private(set) var bareCount = 0
  /// Pairs of an earlier result whose place a row has taken.
  private(set) var replacedCount = 0

  /// Rows of an earlier result.
  var earlierCount: Int { earlier?.count ?? 0 }

  /// Takes an earlier result in; to be called before the first line.
  mutating func takeEarlier(_ path: String, _ spelling: PythonSpelling) throws(ToolError) {
    var result = try EarlierResult(path: path)
    var pairs = EarlierPairs()
    sources.append((0, "\(path), pair "))
    while Interrupt.requested == nil, let image = try result.next(spelling) {
      for pair in image.pairs.isEmpty ? [nil] : image.pairs {
        let facts = try image.facts(of: pair)
        if pair == nil { bareCount += 1 }
        pairs.appendEarlier(Fingerprint(ofPair: facts))
        let entry = RowIndex.Facts(
          split: NameTable.earlier, number: index.count, isAnswered: true)
        try enter(entry, facts, ParsedRow.Fingerprints(facts))
      }
    }
    earlier = pairs
  }

  /// Lets rows take the places of the earlier pairs that they stand for.
  ///
  /// - Parameter keys: of all rows in the result, in order.
  mutating func claimEarlier(_ keys: [ResultOrder.Key]) {
    guard var earlier else { return }
    for key in keys where key.place >= earlier.count {
      guard let pair = earlier.claim(for: Int(key.place)) else { continue }
      index.replace(pair, by: Int(key.place))
      replacedCount += 1
    }
    self.earlier = earlier
  }

  /// Takes the next line.
  mutating func take(_ row: ParsedRow, _ source: String) throws(ToolError) {
    if row.lineNumber == 1 { sources.append((index.count, "\(source):")) }
    if let diagnostic = row.diagnostic {
      StandardError.line("\(Merge.toolName): \(source):\(row.lineNumber): \(diagnostic)")
    }
    if !row.failedText.isEmpty { try failed.append(row.failedText, place: index.count) }
    var entry = RowIndex.Facts(number: row.number, isAnswered: row.failure == nil)
    entry.split =
      row.failure.map { failures.number(of: $0[...]) }
      ?? splits.number(of: row.facts.unquoted(.split))
    earlier?.append(row.failure == nil ? Fingerprint(ofPair: row.facts) : .none)
    try enter(entry, row.facts, row.fingerprints)
  }

  /// Enters a row into the index, and its record and its image's, if that is
  /// news, into the spill files.
  private mutating func enter(
    _ entry: RowIndex.Facts, _ facts: Facts, _ fingerprints: ParsedRow.Fingerprints
  ) throws(ToolError) {
    guard index.count < RowIndex.maximumCount else {
      throw ToolError("more than \(RowIndex.maximumCount) rows")
    }
    var entry = entry
    let place = index.count
    (entry.id, entry.question) = (fingerprints.id, fingerprints.question)
    if entry.isAnswered { entry.length = facts.recordLength(Field.ofRow) }
    var news: Int?
    do throws(Conflict) {
      if let hash = fingerprints.imageHash {
        let found = try images.number(of: hash, facts: fingerprints.imageFacts, at: place)
        entry.image = found.image
        if found.isNew { news = found.image }
      }
      try index.append(entry)
    } catch {
      throw conflictError(error, facts)
    }
    if let news {
      images.setLength(facts.recordLength(Field.ofImage), of: news)
      try imageRecords.append(Field.ofImage, of: facts, place: news)
    }
    if entry.isAnswered { try answered.append(Field.ofRow, of: facts, place: place) }
  }

  private func conflictError(_ conflict: Conflict, _ facts: Facts) -> ToolError {
    let subject = facts.unquoted(conflict.kind == .imageFacts ? .imageHash : .id)
    return ToolError(
      conflict.message(
        lineName(conflict.first), lineName(conflict.second),
        subject: String(decoding: subject, as: UTF8.self)))
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
