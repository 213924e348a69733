import Shared

/// Collects the rows: an index of them in memory, their texts on disk.
struct Collector: ~Copyable {
  private(set) var index = RowIndex()
  private(set) var images = ImageIndex()
  private(set) var splits = NameTable()
  /// The codes of errors; a row without an answer has one instead of a split.
  private(set) var failures = NameTable()
  /// The records of answered rows.
  var answered = SpillFile()
  /// The records of images, by their numbers.
  var imageRecords = SpillFile()
  /// The lines without an answer as they came, if they are wanted.
  var failed = SpillFile()
  /// How messages name the lines from a place on, without their number.
  private var sources: [(first: Int, name: String)] = []
  private var reports = FailureReport(stage: Merge.toolName)
  private var earlier: EarlierPairs?
  /// Images of an earlier result that have no pairs.
  private(set) var bareCount = 0
  /// Pairs of an earlier result that rows have replaced.
  private(set) var replacedCount = 0

  /// Rows of an earlier result.
  private(set) var earlierCount = 0
  /// For each verdict whether its answer came in.
  private(set) var metVerdicts: [Bool] = []

  /// - Parameter verdicts: how many there are.
  init(verdicts: Int = 0) { metVerdicts = Array(repeating: false, count: verdicts) }

  /// The code of the failure of a row without an answer.
  func failure(_ place: Int) -> String {
    let split = index.split(place)
    return split == NameTable.earlier ? RejectedRow.code : failures.name(split)
  }

  /// Takes an earlier result in; to be called before the first line.
  mutating func take(
    _ result: consuming EarlierResult, _ spelling: PythonSpelling, _ policy: RowPolicy
  ) throws(ToolError) {
    var pairs = EarlierPairs()
    var text: [UInt8] = []
    sources.append((0, "\(result.path), pair "))
    while Interrupt.requested == nil, let image = try result.next(spelling) {
      for pair in image.pairs.isEmpty ? [nil] : image.pairs {
        text.removeAll(keepingCapacity: true)
        let ranges = try image.appendFields(of: pair, to: &text)
        let row = RowFields(text.span, ranges)
        if pair == nil { bareCount += 1 }
        try pairs.appendEarlier(Fingerprint(ofPair: row))
        let entry = RowIndex.NewRow(
          split: NameTable.earlier, number: index.count,
          isAnswered: try !reject(row, policy, result.path))
        try enter(entry, row, RowFingerprints(row))
      }
    }
    earlierCount = pairs.count
    earlier = consume pairs
  }

  /// Whether a verdict rejects a pair of the earlier result.
  private mutating func reject(
    _ pair: borrowing RowFields, _ policy: RowPolicy, _ path: String
  ) throws(ToolError) -> Bool {
    guard let reviews = policy.reviews else { return false }
    let places = reviews.places(of: pair)
    meet(places)
    guard let reason = reviews.rejection(places) else { return false }
    reports.add(
      code: RejectedRow.code, message: reason, at: "\(path), pair \(index.count + 1)")
    if policy.keepsFailed {
      try failed.append(RejectedRow.text(ofPair: pair, reason: reason), place: index.count)
    }
    return true
  }

  private mutating func meet(_ places: [Int]) {
    for place in places { metVerdicts[place] = true }
  }

  /// Lets rows replace the earlier pairs that they answer anew.
  ///
  /// - Parameter keys: of all rows in the result, in order.
  mutating func claimEarlier(_ keys: [ResultOrder.Key]) {
    guard var earlier = earlier.take() else { return }
    for key in keys where key.place >= earlier.count {
      guard let pair = earlier.claim(for: Int(key.place)) else { continue }
      index.replace(pair, by: Int(key.place))
      replacedCount += 1
    }
    self.earlier = consume earlier
  }

  /// Takes the next line.
  mutating func take(
    _ row: ParsedRow, _ fields: borrowing RowFields, _ source: String
  ) throws(ToolError) {
    if row.lineNumber == 1 { sources.append((index.count, "\(source):")) }
    if let diagnostic = row.diagnostic {
      reports.add(
        code: String(decoding: row.failure ?? [], as: UTF8.self), message: diagnostic,
        at: "\(source):\(row.lineNumber)")
    }
    meet(row.verdicts)
    if !row.failedText.isEmpty { try failed.append(row.failedText, place: index.count) }
    var entry = RowIndex.NewRow(number: row.number, isAnswered: row.failure == nil)
    entry.split =
      row.failure.map { failures.number(of: $0.span) }
      ?? splits.number(of: fields[.split].unquoted)
    try earlier?.append(row.failure == nil ? Fingerprint(ofPair: fields) : .none)
    try enter(entry, fields, row.fingerprints)
  }

  /// Enters a row into the index, and its record and its image's, if that is
  /// new, into the spill files.
  private mutating func enter(
    _ entry: RowIndex.NewRow, _ row: borrowing RowFields, _ fingerprints: RowFingerprints
  ) throws(ToolError) {
    guard index.count < RowIndex.maximumCount else {
      throw ToolError("more than \(RowIndex.maximumCount) rows")
    }
    try index.reserve()
    try images.reserve()
    var entry = entry
    let place = index.count
    (entry.id, entry.question) = (fingerprints.id, fingerprints.question)
    if entry.isAnswered { entry.length = try row.recordLength(Field.ofRow) }
    var newImage: Int?
    do throws(Conflict) {
      if let hash = fingerprints.imageHash {
        let found = try images.number(
          of: hash, attributes: fingerprints.imageAttributes, at: place)
        entry.image = found.image
        if found.isNew { newImage = found.image }
      }
      try index.append(entry)
    } catch {
      throw conflictError(error, row)
    }
    if let newImage {
      images.setLength(try row.recordLength(Field.ofImage), of: newImage)
      try imageRecords.append(Field.ofImage, of: row, place: newImage)
    }
    if entry.isAnswered { try answered.append(Field.ofRow, of: row, place: place) }
  }

  /// What is to be known of all explanations of the result before flags are
  /// found.
  mutating func explanations() throws(ToolError) -> Explanations {
    var explanations = Explanations()
    let sample = Sample()
    try answered.forEach { (place, record) throws(ToolError) in
      if index.isInResult(place), sample.isOne(record) {
        explanations.add(record, image: index.image(place))
      }
      return Interrupt.requested == nil
    }
    explanations.finish()
    return explanations
  }

  private func conflictError(_ conflict: Conflict, _ row: borrowing RowFields) -> ToolError {
    let subject = row[conflict.kind == .imageAttributes ? .imageHash : .id].unquoted
    return ToolError(
      conflict.message(
        lineName(conflict.first), lineName(conflict.second),
        subject: String(decoding: [UInt8](copying: subject), as: UTF8.self)))
  }

  /// The file and line of the line at a place in the whole input.
  private func lineName(_ place: Int) -> String {
    guard let source = sources.last(where: { $0.first <= place }) else { return "row \(place + 1)" }
    return "\(source.name)\(place - source.first + 1)"
  }

  /// To be called when all lines are in.
  mutating func finish() {
    reports.finish()
    index.finishIntake()
    images.finishIntake()
  }
}
