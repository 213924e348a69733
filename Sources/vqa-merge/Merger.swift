import Shared

/// What one run of the tool is to do.
struct MergeOptions {
  /// Input files; stdin if there are none.
  var operands: [String] = []
  /// Where the result goes; nil or `-` for stdout.
  var output: String?
  /// Where lines without an answer go.
  var failed: String?
  /// An earlier result to add to.
  var into: String?
  /// Where the statistics go; `-` for stderr.
  var stats: String?
  var format = FormatName.nested
  var isASCII = true
  var isCompact = false
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
  private let parser: RowParser
  private var collector = Collector()
  private var counts = MergeCounts()
  private var statistics = Statistics()
  /// Rows without an answer, by the code of their error.
  private var failures: [String: Int] = [:]

  init(options: MergeOptions, progress: Progress) {
    self.options = options
    self.progress = progress
    parser = RowParser(
      spelling: PythonSpelling(isASCII: options.isASCII), keepsUsage: options.stats != nil)
  }

  /// Does it all. After a signal to stop nothing has been written.
  consuming func run() throws(ToolError) -> MergeCounts {
    let feed = try RowStream(
      operands: options.operands, parser: parser, keepsFailed: options.failed != nil)
    var output = try Output(path: options.output ?? options.into)
    var failed: Output? = try options.failed.map { path throws(ToolError) in try Output(path: path)
    }
    try read(feed)
    try write(to: &output)
    try writeFailed(to: &failed)
    if Interrupt.requested == nil {
      try failed.take()?.commit()
      try output.commit()
      try writeStatistics()
    }
    return counts
  }

  private mutating func read(_ feed: RowStream) throws(ToolError) {
    if let path = options.into { try collector.takeEarlier(path, parser.spelling) }
    try feed.forEach { (row, source) throws(ToolError) in
      try collector.take(row, source)
      if collector.index.count % 4_096 == 0 {
        progress.draw { "\(Merge.toolName): \(collector.index.count) rows read" }
      }
    }
    collector.finish()
    counts.lines = collector.index.count - collector.earlierCount
    counts.duplicates = collector.index.duplicates
  }

  private mutating func write(to output: inout Output) throws(ToolError) {
    guard Interrupt.requested == nil else { return }
    var buckets = try sorted()
    var format = options.makeFormat()
    var text: [UInt8] = []
    try buckets.forEach { kind, record throws(ToolError) in
      switch kind {
      case .image: try format.beginImage(record, to: &text)
      case .row:
        format.append(record, to: &text)
        if options.stats != nil, !record.isBare { statistics.count(record) }
      }
      guard text.count >= 1 << 18 else { return }
      try output.write(text.span)
      text.removeAll(keepingCapacity: true)
    }
    guard Interrupt.requested == nil else { return }
    format.end(to: &text)
    try output.write(text.span)
  }

  /// Finds the order, and brings the records into it.
  private mutating func sorted() throws(ToolError) -> BucketSort {
    let ranks = collector.splits.ranks()
    var keys = try ResultOrder.keys(of: collector.index, ranks: ranks, spill: &collector.answered)
    if options.into != nil {
      collector.claimEarlier(keys)
      keys = try ResultOrder.keys(of: collector.index, ranks: ranks, spill: &collector.answered)
    }
    let order = ResultOrder(keys, of: collector.index, imageCount: collector.images.count)
    keys = []
    counts.answers = order.rowCount - collector.bareCount
    counts.images = order.imageCount
    var buckets = BucketSort(rows: collector.index, images: collector.images, order: order)
    try buckets.fill(from: &collector.imageRecords, of: .image, positions: order.images)
    try buckets.fill(from: &collector.answered, of: .row, positions: order.rows)
    return buckets
  }

  private mutating func writeFailed(to output: inout Output?) throws(ToolError) {
    for place in 0..<collector.index.count
    where !collector.index.isAnswered(place) && !collector.index.isSuperseded(place) {
      counts.unanswered += 1
      let code = collector.failures.name(collector.index.split(place))
      failures[code, default: 0] += 1
    }
    let lineFeed: [UInt8] = [0x0A]
    try collector.failed.forEach(isLast: true) { (place, line) throws(ToolError) in
      if !collector.index.isSuperseded(place) {
        try output?.write(line)
        try output?.write(lineFeed.span)
      }
      return Interrupt.requested == nil
    }
  }

  private func writeStatistics() throws(ToolError) {
    guard let path = options.stats else { return }
    let text = statistics.text(counts, failures: failures)
    if path == "-" {
      StandardError.line(String(decoding: text.dropLast(), as: UTF8.self))
    } else {
      try AtomicFile.write(text.span, to: path)
    }
  }
}
