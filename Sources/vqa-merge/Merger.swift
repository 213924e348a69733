import Shared

/// What one run of the tool is to do.
struct MergeOptions {
  /// Input files; stdin if there are none.
  var operands: [String] = []
  /// Where the result goes; nil for stdout.
  var output: String?
  /// Where lines without an answer go.
  var failed: String?
  var isASCII = true
}

/// What became of the lines.
struct MergeCounts {
  var lines = 0
  var answers = 0
  var images = 0
  var duplicates = 0
  /// Rows without an answer that no answered twin makes up for.
  var unanswered = 0

  var summary: String {
    func count(_ number: Int, _ one: String, _ many: String) -> String {
      "\(number) \(number == 1 ? one : many)"
    }
    var text = "\(count(lines, "row", "rows")): \(count(answers, "answer", "answers"))"
    text += " on \(count(images, "image", "images"))"
    if duplicates > 0 { text += ", \(count(duplicates, "duplicate", "duplicates")) left out" }
    if unanswered > 0 { text += ", \(unanswered) without an answer" }
    return text
  }
}

/// The run: lines in, order found, result out.
struct Merger: ~Copyable {
  private let options: MergeOptions
  private let progress: Progress
  private var collector: Collector
  private var counts = MergeCounts()

  init(options: MergeOptions, progress: Progress) {
    self.options = options
    self.progress = progress
    collector = Collector(
      reading: RowReading(spelling: PythonSpelling(isASCII: options.isASCII)),
      keepsFailed: options.failed != nil)
  }

  /// Does it all. After a signal to stop nothing has been written.
  consuming func run() throws(ToolError) -> MergeCounts {
    var reader = try LineReader(operands: options.operands)
    var output = try Output(path: options.output)
    var failed: Output? = try options.failed.map { path throws(ToolError) in try Output(path: path)
    }
    try read(&reader)
    try write(to: &output)
    try writeFailed(to: &failed)
    if Interrupt.requested == nil {
      try failed.take()?.commit()
      try output.commit()
    }
    return counts
  }

  private mutating func read(_ reader: inout LineReader) throws(ToolError) {
    while let line = try reader.next() {
      try collector.take(line)
      if collector.index.count % 4_096 == 0 {
        progress.draw { "\(Merge.toolName): \(collector.index.count) rows read" }
      }
    }
    collector.finish()
    counts.lines = collector.index.count
    counts.duplicates = collector.index.duplicates
  }

  private mutating func write(to output: inout Output) throws(ToolError) {
    guard Interrupt.requested == nil else { return }
    let ordering = try Ordering(
      of: collector.index, imageCount: collector.images.count, ranks: collector.splits.ranks(),
      spool: &collector.answered)
    counts.answers = ordering.rowCount
    counts.images = ordering.imageCount
    var shelves = Shelves(rows: collector.index, images: collector.images, order: ordering)
    try shelves.fill(from: &collector.imageRecords, of: .image, positions: ordering.images)
    try shelves.fill(from: &collector.answered, of: .row, positions: ordering.rows)
    var format = NestedFormat()
    var text: [UInt8] = []
    try shelves.forEach { kind, record throws(ToolError) in
      switch kind {
      case .image: format.beginImage(record)
      case .row: format.append(record, to: &text)
      }
      guard text.count >= 1 << 18 else { return }
      try output.write(text.span)
      text.removeAll(keepingCapacity: true)
    }
    guard Interrupt.requested == nil else { return }
    format.end(to: &text)
    try output.write(text.span)
  }

  private mutating func writeFailed(to output: inout Output?) throws(ToolError) {
    for place in 0..<collector.index.count
    where !collector.index.isAnswered(place) && !collector.index.isBeaten(place) {
      counts.unanswered += 1
    }
    let lineFeed: [UInt8] = [0x0A]
    try collector.failed.forEach { (place, line) throws(ToolError) in
      if !collector.index.isBeaten(place) {
        try output?.write(line)
        try output?.write(lineFeed.span)
      }
      return Interrupt.requested == nil
    }
  }
}
