import SQLite
import Shared

/// Passes over the rows: what neither the cache answers nor a job asks is
/// written to parts, which are submitted as they fill.
extension BatchRun {
  /// One pass over the whole input.
  func pass(_ input: RereadableInput) throws {
    (pause, open.heldByOthers, open.awaited) = (nil, 0, [])
    var reader = try input.reader()
    while mayGoOn, let line = try reader.next() {
      guard !line.isTooLong, let ask = try ask(line.text) else { continue }
      try consider(ask)
    }
    while mayGoOn, let group = open.groups.popFirst() { try submit(group) }
    open.groups = ImageGroups()
    open.grouped = []
    if Interrupt.requested == nil { try closePart() } else { try dropPart() }
  }

  private var mayGoOn: Bool { Interrupt.requested == nil && stop == nil && pause == nil }

  /// The request of a line that this filter has to work on; nil for others,
  /// and for rows that cannot be asked: they say so when they are written.
  func ask(_ text: [UInt8]) throws -> Ask? {
    guard let row = try? RowView(text.span) else { return nil }
    switch intake.disposition(of: row) {
    case .pass: return nil
    case .workUnlessDone where judge.policy.task.isDone(row): return nil
    case .workUnlessDone, .work: break
    }
    return try? writer.ask(Row(row), ticket: 0)
  }

  /// Looks whether a question is to be asked.
  private func consider(_ ask: Ask) throws {
    let key = ask.questions[0].key
    guard !open.grouped.contains(key) else { return }
    let (decision, record) = try decision(on: ask)
    if case .asked(let part) = decision { open.awaited.insert(part) }
    guard case .ask(let isAnswerUseless) = decision else { return }
    var ask = ask
    ask.isCapRaised = record?.failure?.code == .truncated
    ask.isAnswerUseless = isAnswerUseless
    // What failed among others is asked alone.
    guard options.engine.isPerImage, record == nil else { return try submit(ask) }
    open.grouped.insert(key)
    if let group = open.groups.add(ask) { try submit(group) }
  }

  /// Whether a row's question is to be asked.
  func isToBeAsked(_ ask: Ask) throws -> Bool {
    if case (.ask, _) = try decision(on: ask) { return true }
    return false
  }

  /// What is done with a request's one question, and what the journal knows of
  /// it.
  func decision(on ask: Ask) throws -> (BatchDecision, BatchRecord?) {
    let question = ask.questions[0]
    let record = try journal.record(question.key)
    let verdict = try storedReply(to: ask).map { judgement(of: $0, question) }
    let decision = BatchDecision(record, reply: verdict, retries: options.engine.retries)
    return (decision, record)
  }

  /// What the cache holds for a request's one question.
  private func storedReply(to ask: Ask) throws(ToolError) -> StoredReply? {
    let (writer, question) = (writer, ask.questions[0])
    return try cache.reply(
      for: question.key, legacyKeys: writer.legacyKeys(question, picture: ask.picture))
  }

  /// What the check says of a stored reply.
  private func judgement(of reply: StoredReply, _ question: Question) -> Result<[UInt8], Failure> {
    RowAnswer.members(
      for: question, body: reply.body, item: reply.item, attempts: reply.attempts,
      policy: judge.policy)
  }

  // MARK: - Writing parts

  /// Writes a request to the part that is open, if nobody else asks it.
  private func submit(_ ask: Ask) throws {
    for question in ask.questions { open.grouped.remove(question.key) }
    guard let ask = try free(ask) else { return }
    guard let pieces = try? writer.pieces(ask) else { return }
    let keys = ask.questions.map(\.key.bytes)
    let lineKey = keys.count == 1 ? keys[0] : LineKey.digest(of: keys)
    let head = Array("{\"key\":\"\(LineKey.text(lineKey))\",\"request\":".utf8)
    let line = [head] + pieces + [Array("}\n".utf8)]
    let size = line.reduce(0) { $0 + $1.count }
    if let part = open.part, plan.isFull(lines: part.lines, bytes: part.bytes, next: size) {
      try closePart()
    }
    let tokens = writer.tokens(ask)
    guard mayGoOn, try admits(tokens: tokens, questions: ask.questions.count) else { return }
    guard try openPart() else { return }
    try write(line, of: ask, size: size, tokens: tokens, key: lineKey)
  }

  /// The questions of a request that nobody asks.
  private func free(_ ask: Ask) throws -> Ask? {
    var leases: [LeaseResult] = []
    for question in ask.questions {
      leases.append(
        try journal.read { () throws(DatabaseError) in
          try cache.state(question.key, ask.isAnswerUseless, BootClock.now())
        })
    }
    let mine = zip(ask.questions, leases).filter { $0.1 == .mine }.map(\.0)
    // What another process has put into a job in this moment is seen next time.
    open.heldByOthers += leases.count { $0 != .mine && $0 != .answered }
    return mine.isEmpty ? nil : ask.with(mine)
  }

  private func write(
    _ line: [[UInt8]], of ask: Ask, size: Int, tokens: Int, key: [UInt8]
  ) throws {
    guard var part = open.part else { return }
    // Once more under the lock: another process may have been faster.
    let isMine = try journal.write { () throws(DatabaseError) in
      for question in ask.questions {
        let state = try cache.state(question.key, ask.isAnswerUseless, BootClock.now())
        guard state == .mine else { return false }
      }
      try journal.add(ask.questions, line: key, to: part)
      return true
    }
    cache.leases.forget(ask.questions.map(\.key))
    guard isMine else {
      open.heldByOthers += 1
      return
    }
    try open.file?.append(line)
    part.lines += 1
    part.questions += ask.questions.count
    part.tokens += tokens
    part.bytes += size
    open.part = part
  }

  /// Whether the budget allows one more request.
  private func admits(tokens: Int, questions: Int) throws -> Bool {
    guard options.engine.budget.isBounded else { return true }
    let price = options.engine.budget.price?.scaled(by: options.engine.priceFactor)
    var load = (requests: 0, tokens: 0, questions: 0)
    let written = open.part?.id
    for part in try openParts().filter({ $0.id != written }) + [open.part].compactMap(\.self) {
      load.requests += part.lines
      load.tokens += part.tokens
      load.questions += part.questions
    }
    let admission = options.engine.budget.admission(
      used: Budget.Amount(
        requests: totals.collectedLines, tokens: totals.usage.total, cost: totals.cost),
      inFlight: estimate.atMost(
        requests: load.requests, tokens: load.tokens, questions: load.questions, price: price),
      next: estimate.expected(tokens: tokens, questions: questions, price: price))
    switch admission {
    case .admitted: return true
    case .undecided: pause = "the budget does not allow more while jobs are under way"
    case .exhausted(let bound): stop = .early(bound)
    }
    return false
  }
}
