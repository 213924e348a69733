import Shared

/// Sends nothing: counts the requests that a run would send and what they
/// would use. Rows pass as they came.
struct DryRunWorker: RowWorker, ~Copyable {
  let ownKeys: [RowKey] = []
  private let judge: ReplyJudge
  private var writer: RequestWriter
  private var cache: ReplyCache
  private let isPerImage: Bool
  /// What batch jobs ask already; nil for a live run.
  private let journal: BatchJournal?
  /// Where the requests are written; nil if nobody wants them.
  private var file: AtomicFile?
  private var groups = ImageGroups()
  /// The ids of rows whose request is not complete yet, by their ticket.
  private var ids: [Int: String] = [:]
  /// What was counted, by the first eight bytes of its key: a few bytes a row.
  private var counted: Set<UInt64> = []
  private var outcomes: [(ticket: Int, outcome: RowOutcome)] = []
  private var isStopped = false
  private(set) var plan = RunPlan()

  init(
    judge: ReplyJudge, writer: RequestWriter, cache: consuming ReplyCache, isPerImage: Bool,
    batch: BatchPlan?, file: consuming AtomicFile?
  ) throws(ToolError) {
    var journal: BatchJournal?
    if batch != nil { journal = try BatchJournal(cache) }
    self.journal = journal
    plan.batch = batch.map(BatchSizes.init)
    self.judge = judge
    self.writer = writer
    self.cache = cache
    self.isPerImage = isPerImage
    self.file = file
  }

  mutating func isDone(_ row: borrowing RowView) -> Bool { judge.policy.task.isDone(row) }

  var hasCapacity: Bool { true }
  var descriptors: [Int32] { [] }

  /// What is done is handed over by the next step.
  func deadline(now: Double) -> Double? { outcomes.isEmpty ? nil : now }

  mutating func begin(_ row: Row, ticket: Int) throws {
    let ask: Ask
    do throws(RowFailure) {
      ask = try writer.ask(row, ticket: ticket)
    } catch {
      outcomes.append((ticket, .failed(error)))
      return
    }
    outcomes.append((ticket, .passed))
    ids[ticket] = row[.id]?.string
    try count(ask)
  }

  private mutating func count(_ ask: Ask) throws {
    let question = ask.questions[0]
    let prefix = question.key.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard counted.insert(prefix).inserted, try !isRemembered(ask) else {
      ids[question.ticket] = nil
      return
    }
    if !isPerImage {
      try plan(ask)
    } else if let group = groups.add(ask) {
      try plan(group)
    }
  }

  private mutating func isRemembered(_ ask: Ask) throws(ToolError) -> Bool {
    let question = ask.questions[0]
    let writer = writer
    let reply = try cache.reply(
      for: question.key, legacyKeys: writer.legacyKeys(question, picture: ask.picture))
    guard let reply, judge.members(for: question, from: reply) != nil else {
      return try journal?.hold(question.key) != nil
    }
    plan.record(reply)
    return true
  }

  private mutating func plan(_ ask: Ask) throws {
    plan.add(tokens: writer.tokens(ask), questions: ask.questions.count)
    let names = ask.questions.map { question in
      ids.removeValue(forKey: question.ticket) ?? Self.hex(question.key.bytes)
    }
    guard file != nil || plan.batch != nil else { return }
    let pieces = try writer.pieces(ask)
    plan.batch?.add(bytes: BatchSizes.line + pieces.reduce(0) { $0 + $1.count })
    guard file != nil else { return }
    var text = Array("{\"key\":".utf8)
    JSONText.appendQuoted(names.joined(separator: " "), to: &text)
    text += ",\"request\":".utf8
    for piece in pieces { text += piece }
    text += "}\n".utf8
    try file?.write(text.span)
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  mutating func endOfInput() throws {
    guard !isStopped else { return }
    while let group = groups.popFirst() { try plan(group) }
  }

  mutating func stop(_ reason: StopReason) { isStopped = true }

  mutating func step(
    now _: Double, isInputPaused _: Bool
  ) -> [(ticket: Int, outcome: RowOutcome)] {
    defer { outcomes.removeAll(keepingCapacity: true) }
    return outcomes
  }

  /// Puts the file of requests in its place, if the run was not interrupted.
  mutating func close() throws(ToolError) {
    guard !isStopped, let file = file.take() else { return }
    try file.commit()
  }
}
