import Shared
import Testing

@testable import vqa_gemini

/// An engine whose actions are performed by a world of plain values: every
/// question is missing from the cache unless it is in `remembered`, leased
/// unless it is in `leases`, and permitted unless `permit` says otherwise.
/// Requests wait in `inFlight` until the test lets them end.
struct EngineHarness {
  var engine: Engine
  var now = 1000.0
  var remembered: [RequestKey: [UInt8]] = [:]
  var leases: [RequestKey: LeaseResult] = [:]
  var permit: (Double) -> PermitAnswer = { _ in .granted }

  /// Requests sent and not ended, by number.
  var inFlight: [Int: Ask] = [:]
  /// Every request that was sent, in order: the ids of its questions.
  var sent: [[Int]] = []
  /// Outcomes by ticket; a second outcome for one ticket is recorded as an issue.
  var outcomes: [Int: RowOutcome] = [:]
  var reports: [String] = []
  var waits: [String] = []
  var cancelled: [Int] = []
  var droppedProjects: [(Int, lacksModel: Bool)] = []
  /// Keys that are leased at the moment.
  var leased: Set<RequestKey> = []
  private var tickets = 0

  init(_ configure: (inout EngineOptions) -> Void = { _ in }, seed: UInt64 = 1) {
    var options = EngineOptions()
    configure(&options)
    engine = Engine(options: options, seed: seed) { 1000 + 100 * $0.questions.count }
  }

  static func picture(_ number: Int) -> Picture {
    Picture(path: "\(number).png", bytes: Array("\(number)".utf8), format: .png)
  }

  /// Rows, each with a question of its own, `perPicture` to a picture.
  mutating func rows(_ count: Int, perPicture: Int = 1) {
    for _ in 0..<count { row(key: tickets, picture: tickets / perPicture) }
  }

  /// A row that asks the question with that key.
  mutating func row(key: Int, picture: Int) {
    handle(.row(Self.ask(ticket: tickets, key: key, picture: picture)))
    tickets += 1
  }

  /// The request of one row.
  static func ask(ticket: Int, key: Int, picture: Int) -> Ask {
    let question = Question(
      ticket: ticket, question: Array("q\(key)".utf8), answer: Array("yes".utf8),
      key: RequestKey(bytes: Array("\(key)".utf8)))
    return Ask(
      picture: Self.picture(picture), pictureSize: nil, questions: [question], tokens: 1100)
  }

  /// Reports `event` and performs all that follows from it.
  mutating func handle(_ event: EngineEvent) {
    var events = [event]
    while !events.isEmpty {
      for action in engine.handle(events.removeFirst(), now: now) {
        if let event = perform(action) { events.append(event) }
      }
      // The loop steps again at once when a batch of requests is launched.
      if events.isEmpty, engine.deadline(now: now) == -.infinity { events.append(.time) }
    }
  }

  private mutating func perform(_ action: EngineAction) -> EngineEvent? {
    switch action {
    case .lookUp(let ask):
      let key = ask.questions[0].key
      return .lookedUp(key: key, members: remembered[key])
    case .lease(let requests):
      let found = requests.map { request in
        let lease = leases[request.key] ?? .mine
        return lease == .answered && request.isAnswerUseless ? .mine : lease
      }
      for (request, lease) in zip(requests, found) where lease == .mine {
        #expect(leased.insert(request.key).inserted, "leased twice")
      }
      return .leased(found)
    case .release(let keys):
      for key in keys { #expect(leased.remove(key) != nil, "was not leased") }
    case .requestPermit: return .permit(permit(now))
    case .returnPermit: break
    case .send(let id, let ask):
      #expect(engine.stop == nil, "sent after the stop")
      #expect(ask.questions.allSatisfy { leased.contains($0.key) }, "sent without a lease")
      inFlight[id] = ask
      sent.append(ask.questions.map(\.ticket))
    case .cancel(let id):
      #expect(inFlight.removeValue(forKey: id) != nil)
      cancelled.append(id)
    case .dropKey: break
    case .dropProject(let id, _, let lacksModel): droppedProjects.append((id, lacksModel))
    case .finish(let ticket, let outcome):
      #expect(outcomes.updateValue(outcome, forKey: ticket) == nil, "row \(ticket) ended twice")
    case .report(let line): reports.append(line)
    case .reportWait(let line): waits.append(line)
    }
    return nil
  }

  /// Ends a request.
  mutating func end(_ id: Int, _ outcome: RequestOutcome, _ spending: Spending = Spending()) {
    guard let ask = inFlight.removeValue(forKey: id) else { return }
    // A reply is stored, which ends its questions' leases.
    if case .replied = outcome { leased.subtract(ask.questions.map(\.key)) }
    handle(.ended(id, outcome, spending))
  }

  /// Ends a request with an answer to each of its questions.
  mutating func answer(_ id: Int) {
    guard let ask = inFlight[id] else { return }
    var spending = Spending()
    spending.wasServed = true
    spending.usage = Usage(prompt: ask.tokens, output: 100, total: ask.tokens + 100)
    end(id, .replied(ask.questions.map { _ in .accepted(Array("good".utf8)) }), spending)
  }

  /// Lets time pass until `time`, reporting it as the loop would.
  mutating func wait(until time: Double) {
    while now < time {
      now = min(time, max(now + 0.001, engine.deadline(now: now) ?? time))
      handle(.time)
    }
  }

  /// What became of a row: its error's code, or "" for an answer.
  func code(_ ticket: Int) -> String? {
    switch outcomes[ticket] {
    case .done: ""
    case .failed(let failure): failure.code
    default: nil
    }
  }

  var codes: [String?] { (0..<tickets).map(code) }
}
