import Shared

/// The run: lines in, order found, result out.
struct Merger: ~Copyable {
  private let options: MergeOptions
  private let progress: Progress
  private let parser: RowParser
  private var collector: Collector
  private let policy: RowPolicy
  private var counts = MergeCounts()
  private var statistics = Statistics()
  /// nil if flags are not wanted.
  private var flagger: Flagger?
  /// SHA-256 of the prompt's file, for the card.
  private let promptDigest: String?
  /// Rows without an answer, by the code of their error.
  private var failures: [String: Int] = [:]

  /// Reads the verdicts.
  init(options: MergeOptions, progress: Progress) throws(ToolError) {
    let reviews = options.reviews.isEmpty ? nil : try Reviews(paths: options.reviews)
    promptDigest = try options.prompt.map { path throws(ToolError) in try AnswerDigest.ofFile(path)
    }
    policy = RowPolicy(keepsFailed: options.failed != nil, reviews: reviews)
    collector = Collector(verdicts: reviews?.verdicts.count ?? 0)
    self.options = options
    self.progress = progress
    parser = RowParser(
      spelling: PythonSpelling(isASCII: options.isASCII), keepsOrigin: options.looksAtAnswers)
  }

  /// Does it all. After a signal to stop nothing has been written.
  consuming func run() throws(ToolError) -> MergeCounts {
    let rows = try RowStream(
      operands: options.operands, parser: parser, policy: policy)
    var outputs = try Outputs(options)
    let lock = try options.lockedResult()
    if let path = options.into {
      let earlier =
        if let lock { try EarlierResult(lock) } else { try EarlierResult(path: path) }
      try collector.take(earlier, parser.spelling, policy)
    }
    try read(rows)
    try checkCount(outputs)
    try write(to: &outputs)
    try writeFailed(to: outputs.failed)
    if Interrupt.requested == nil { try writeStatistics(to: outputs) }
    if Interrupt.requested == nil {
      try outputs.commit { () throws(ToolError) in try lock?.checkUnchanged() }
    }
    return counts
  }

  private mutating func read(_ rows: RowStream) throws(ToolError) {
    try rows.forEach { (row, fields, source) throws(ToolError) in
      try collector.take(row, fields, source)
      if collector.index.count % 4_096 == 0 {
        progress.draw { "\(Merge.toolName): \(collector.index.count) rows read" }
      }
    }
    collector.finish()
    counts.lines = collector.index.count - collector.earlierCount
    counts.duplicates = collector.index.duplicates
  }

  /// A stage before this one that could not begin, or that died on the way,
  /// must not cost the result of an earlier run.
  private func checkCount(_ outputs: Outputs) throws(ToolError) {
    guard Interrupt.requested == nil else { return }
    let count = counts.lines - counts.duplicates
    if let expected = options.expected, count != expected {
      throw ToolError("expected \(expected) rows, found \(count); nothing was written")
    }
    // Of what goes to stdout nothing can be lost: no rows are an empty result.
    if count == 0, options.expected == nil, let file = outputs.inOrder.first(where: \.isFile) {
      throw ToolError(
        "no rows in the input; \(file.name) was not written (--expect 0 allows for none)")
    }
  }

  /// Nor must one that could ask nothing: for want of a network, say.
  private func checkAnswers(_ result: Output) throws(ToolError) {
    guard counts.answers == 0, counts.lines > 0, options.into == nil, result.holdsResult else {
      return
    }
    throw ToolError("none of the rows has an answer; \(result.name) stays as it is")
  }

  private mutating func write(to outputs: inout Outputs) throws(ToolError) {
    guard Interrupt.requested == nil else { return }
    var buckets = try sorted()
    try checkAnswers(outputs.result)
    var format = try options.makeFormat()
    var text: [UInt8] = []
    var flags: [UInt8] = []
    // What comes after the end of a shard begins the next.
    var isEnded = false
    try buckets.forEach { kind, record throws(ToolError) in
      switch kind {
      case .image:
        try format.beginImage(record, to: &text)
        flagger?.beginImage(record)
      case .row:
        let raised = flagger?.flags(of: record) ?? []
        if let flagger, outputs.flags != nil {
          for flag in raised { flag.appendLine(record, flagger.sample, to: &flags) }
        }
        try format.append(record, raised, to: &text)
        if options.countsAnswers, !record.isBare { statistics.count(record) }
      }
      if !flags.isEmpty {
        try outputs.flags?.write(flags.span)
        flags.removeAll(keepingCapacity: true)
      }
      guard text.count >= 1 << 18 || (format.endsFile && !text.isEmpty) else { return }
      try write(&text, to: &outputs, &isEnded)
      isEnded = format.endsFile
    }
    guard Interrupt.requested == nil else { return }
    try format.end(to: &text)
    try write(&text, to: &outputs, &isEnded)
  }

  private func write(
    _ text: inout [UInt8], to outputs: inout Outputs, _ isEnded: inout Bool
  ) throws(ToolError) {
    guard !text.isEmpty else { return }
    if isEnded { try outputs.beginShard() }
    isEnded = false
    try outputs.result.write(text.span)
    text.removeAll(keepingCapacity: true)
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
    if options.findsFlags { flagger = Flagger(try collector.explanations(), order: order) }
    var buckets = BucketSort(rows: collector.index, images: collector.images, order: order)
    try buckets.fill(from: &collector.imageRecords, of: .image, positions: order.images)
    try buckets.fill(from: &collector.answered, of: .row, positions: order.rows)
    return buckets
  }

  private mutating func writeFailed(to output: Output?) throws(ToolError) {
    for place in 0..<collector.index.count
    where !collector.index.isAnswered(place) && !collector.index.isSuperseded(place) {
      counts.unanswered += 1
      failures[collector.failure(place), default: 0] += 1
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

  private var reviewSummary: ReviewSummary? {
    policy.reviews.map { ReviewSummary($0, met: collector.metVerdicts) }
  }

  private func writeStatistics(to outputs: Outputs) throws(ToolError) {
    if let card = outputs.card {
      let text = DataCard(
        path: card.name, files: try outputs.resultNames(), format: options.format,
        license: options.license,
        counts: counts, statistics: statistics, failures: failures, flags: flagger?.counts ?? [:],
        reviews: reviewSummary, promptDigest: promptDigest
      ).text
      let bytes = Array(text.utf8)
      try card.write(bytes.span)
    }
    guard options.stats != nil else { return }
    let text = statistics.text(
      counts, failures: failures, flags: options.flags == nil ? nil : flagger?.counts,
      reviews: reviewSummary)
    if let statistics = outputs.statistics {
      try statistics.write(text.span)
    } else {
      StandardError.line(String(decoding: text.dropLast(), as: UTF8.self))
    }
  }
}
