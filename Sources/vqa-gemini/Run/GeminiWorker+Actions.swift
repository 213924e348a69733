import HTTP
import Shared

/// What the engine's actions do.
extension GeminiWorker {
  /// Performs one action.
  ///
  /// - Returns: what came of it, as far as that is known at once.
  mutating func perform(_ action: EngineAction) throws -> [EngineEvent] {
    switch action {
    case .lookUp(let ask): return lookUp(ask)
    case .lease(let requests): return lease(requests)
    case .release(let keys): cache.release(keys)
    case .requestPermit(let tokens): return try requestPermit(tokens)
    case .returnPermit: returnPermit()
    case .send(let id, let ask): return send(id, ask).map { [$0] } ?? []
    case .cancel(let id): cancel(id)
    case .dropKey(_, let message): dropKey(message)
    case .dropProject(_, let message, let lacksModel): dropProject(message, lacksModel)
    case .finish(let ticket, let outcome): finish(ticket, outcome)
    case .report(let line): StandardError.line("vqa-gemini: \(line)")
    case .reportWait(let line):
      if reportsWaits { StandardError.line("vqa-gemini: \(line)") }
    }
    return []
  }

  private mutating func lookUp(_ ask: Ask) -> [EngineEvent] {
    let question = ask.questions[0]
    let writer = writer
    do throws(ToolError) {
      let reply = try cache.reply(
        for: question.key, legacyKeys: writer.legacyKeys(question, picture: ask.picture))
      let members = reply.flatMap { judge.members(for: question, from: $0) }
      return [.lookedUp(key: question.key, members: members)]
    } catch {
      return [.storeFailed(error.description), .lookedUp(key: question.key, members: nil)]
    }
  }

  private mutating func lease(_ requests: [LeaseRequest]) -> [EngineEvent] {
    let questions = requests.map { ($0.key, $0.isAnswerUseless) }
    do throws(ToolError) {
      return [.leased(try cache.lease(questions, now: BootClock.now()))]
    } catch {
      return [.storeFailed(error.description), .leased(requests.map { _ in .heldByOther })]
    }
  }

  /// - Throws: if there is no key; rows that need nothing need none.
  private mutating func requestPermit(_ tokens: [Int]) throws(ToolError) -> [EngineEvent] {
    guard !limiter.projects.isEmpty else { throw KeySources.missing }
    let result: PermitResult
    do throws(ToolError) {
      result = try limiter.permit(for: tokens, now: BootClock.now())
    } catch {
      return [.storeFailed(error.description), .permit(.nextDay)]
    }
    switch result {
    case .granted(let granted):
      permit = granted
      return [.permit(.granted)]
    case .at(let time): return [.permit(.at(time, limitReason))]
    case .locked(let time): return [.permit(.at(time, "another process has the limits locked"))]
    case .nextDay: return [.permit(.nextDay)]
    case .never(let reason): return [.permit(.never(reason))]
    }
  }

  private var limitReason: String {
    let count = limiter.projects.count
    return count == 1
      ? "the project is at its limit" : "all \(count) projects are at their limit"
  }

  private mutating func returnPermit() {
    if let permit { limiter.returned(permit, now: BootClock.now()) }
    permit = nil
  }

  private mutating func send(_ id: Int, _ ask: Ask) -> EngineEvent? {
    guard let permit else { return .notSent(id, Fault(.transport, "no permit")) }
    self.permit = nil
    do throws(RowFailure) {
      let request = Request(
        url: options.url,
        headers: ["Content-Type: application/json", "x-goog-api-key: \(permit.key.secret)"],
        body: try writer.pieces(ask))
      return start(request, id, permit)
    } catch {
      limiter.returned(permit, now: BootClock.now())
      let code = ErrorCode(rawValue: error.code) ?? .imageUnreadable
      return .notSent(id, Fault(code, error.message))
    }
  }

  private mutating func start(_ request: Request, _ id: Int, _ permit: Permit) -> EngineEvent? {
    do throws(TransportError) {
      let transfer = try client.start(request)
      let size = request.body?.reduce(0) { $0 + $1.count } ?? 0
      let isLarge = size >= Transfer.largeBody
      if isLarge { largeTransfers += 1 }
      transfers[transfer] = Transfer(id: id, permit: permit, isLarge: isLarge)
      transferIDs[id] = transfer
      return nil
    } catch {
      limiter.returned(permit, now: BootClock.now())
      let (outcome, spending) = judge.judge(error)
      return .ended(id, outcome, spending)
    }
  }

  private mutating func cancel(_ id: Int) {
    guard let transferID = transferIDs[id], let transfer = takeTransfer(transferID) else { return }
    client.cancel(transferID)
    limiter.failed(transfer.permit, now: BootClock.now())
  }

  private mutating func dropKey(_ message: String) {
    guard let permit = settled,
      limiter.drop(permit.key, of: permit.project, because: message)
    else { return }
    StandardError.line("vqa-gemini: \(permit.key.name): \(message); it is not used any more")
  }

  private mutating func dropProject(_ message: String, _ lacksModel: Bool) {
    guard let permit = settled,
      limiter.drop(project: permit.project, because: message, lacksModel: lacksModel)
    else { return }
    let name = limiter.projects[permit.project].name
    StandardError.line("vqa-gemini: \(name): \(message); the project is not used any more")
  }
}
