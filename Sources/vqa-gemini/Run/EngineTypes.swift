import Shared

/// What happens to a run; the engine's input.
enum EngineEvent {
  /// A row was read: a request that asks this row's question alone.
  case row(Ask)
  /// The cache was searched for a question: the members that its row gets, or
  /// nil if there is no reply that passes the check.
  case lookedUp(key: RequestKey, members: [UInt8]?)
  /// What came of a `lease` action, in the order of its keys.
  case leased([LeaseResult])
  /// What came of a `requestPermit` action.
  case permit(PermitAnswer)
  /// A request could not be built or handed over; nothing of it has left.
  case notSent(Int, Fault)
  /// A request ended.
  case ended(Int, RequestOutcome, Spending)
  /// The cache or the limits could not be read or written.
  case storeFailed(String)
  /// The run is to stop.
  case stop(Stop)
  /// No more rows can be taken until rows in hand finish.
  case inputPaused
  /// No more rows will come.
  case endOfInput
  /// Time has passed, and the network was looked at. Follows rows and ends of
  /// requests: only then is it decided what is sent next.
  case time
}

/// What is to be done; the engine's output.
enum EngineAction {
  /// Search the cache for the answer to a request's one question: `lookedUp`.
  case lookUp(Ask)
  /// Lease questions, so that no other process asks them: `leased`.
  case lease([LeaseRequest])
  /// Give leases back.
  case release([RequestKey])
  /// Ask the limiter for a permit for the first of these requests, by their
  /// input tokens: `permit`. The others, if any, are likely to be next.
  case requestPermit(tokens: [Int])
  /// Give back the permit that was granted last; it is not used.
  case returnPermit
  /// Send a request, with the permit that was granted last: `ended` or
  /// `notSent`, under this number.
  case send(Int, Ask)
  /// Give up a request in flight; nothing more is reported of it.
  case cancel(Int)
  /// Use the key of this request no more.
  case dropKey(Int, String)
  /// Use the project of this request no more.
  case dropProject(Int, String, lacksModel: Bool)
  /// A row is finished.
  case finish(ticket: Int, RowOutcome)
  /// A line for stderr.
  case report(String)
  /// A line for stderr about a long wait, unless the progress line shows it.
  case reportWait(String)
}

/// One question that is about to be asked.
struct LeaseRequest: Equatable {
  let key: RequestKey
  /// The cache holds a reply, and it is of no use.
  let isAnswerUseless: Bool
}

/// What the limiter says to a request for a permit.
enum PermitAnswer: Equatable {
  case granted
  /// Not before this time, for this reason.
  case at(Double, String)
  /// Not on this Pacific day.
  case nextDay
  /// Not in this run: no key is usable. Says why.
  case never(String)
}

/// Why a row, or a request, has no answer.
struct Fault: Equatable {
  var code: ErrorCode
  /// For people; keys are redacted.
  var message: String
  /// The same for equal causes, whatever the row.
  var reason: String
  /// What the model wrote, if it wrote anything.
  var text: String?
  /// Seconds to wait, as the service asked; nil if it did not.
  var delay: Double?

  init(
    _ code: ErrorCode, _ message: String, reason: String? = nil, text: String? = nil,
    delay: Double? = nil
  ) {
    (self.code, self.message, self.reason) = (code, message, reason ?? message)
    (self.text, self.delay) = (text, delay)
  }
}

/// What the check says of the answer to one question.
enum Judgement: Equatable {
  /// It is an answer: the members that the row gets.
  case accepted([UInt8])
  case rejected(Fault)
}

/// What a request came to.
enum RequestOutcome {
  /// The model replied: a judgement for each of the request's questions, in
  /// their order.
  case replied([Judgement])
  /// A reply to several questions of which it is not clear which answer is whose.
  case discredited(Fault)
  /// The network or the service failed for a moment.
  case transient(Fault)
  /// An internal error of the service (500), which the request may have caused.
  case internalError(Fault)
  /// The service has no capacity for the model, whoever asks.
  case overloaded(Fault)
  /// The machine lacks something that every request needs; nothing has left.
  case lacking(Fault)
  /// The reply was paid for and is of no use; another one may be.
  case useless(Fault)
  /// This request can never succeed; others can.
  case failed(Fault)
  /// Thoughts have used up the default cap of output tokens; a higher one may do.
  case cut(Fault)
  /// The project is over one of its limits (429).
  case throttled(String)
  /// The key is of no use in this run.
  case keyRejected(String)
  /// The project may not ask any more: no credit, or closed.
  case projectRejected(String)
  /// The project does not have this model.
  case modelMissing(String)
  /// No connection can be made as they are made now (an address, a
  /// certificate, a proxy's password), or so it seems.
  case misconfigured(Fault)
  /// No request can succeed as they are made now.
  case stop(String)
}

/// What one request has used.
struct Spending: Equatable {
  /// Whether any of it left this machine.
  var wasSent = true
  /// Whether the service did what was asked, so that it counts and is paid.
  var wasServed = false
  /// As the service counted; nil if it did not say.
  var usage: Usage?
  /// By the price of the tier that served it; 0 without a price.
  var cost = 0.0
}

/// Why no more requests are sent.
enum Stop: Equatable {
  /// Used up, today or for this run: status 75.
  case early(String)
  /// No request can succeed: status 2.
  case hopeless(String)
  /// A signal came: requests in flight get a few seconds.
  case interrupted
  /// Nobody reads the output any more: likewise.
  case outputClosed

  /// Whether requests in flight are given up after `EngineOptions.grace`.
  var isUrgent: Bool { self == .interrupted || self == .outputClosed }

  var reason: String {
    switch self {
    case .early(let reason), .hopeless(let reason): reason
    case .interrupted: "interrupted"
    case .outputClosed: "the output was closed"
    }
  }

  /// What a row that was not asked says.
  var fault: Fault {
    switch self {
    case .early(let reason), .hopeless(let reason): Fault(.notAttempted, "not asked: \(reason)")
    case .interrupted: Fault(.interrupted, "a signal came before the answer")
    case .outputClosed: Fault(.interrupted, "the output was closed before the answer")
    }
  }
}

/// What the engine goes by.
struct EngineOptions {
  /// Requests in flight at once.
  var jobs = 256
  /// How often a request that failed in transit is tried again.
  var retries = 8
  /// Seconds for one request, in which the process runs.
  var timeout = 300.0
  var isPerImage = false
  var budget = Budget()
  /// What the tier costs, as a part of the price.
  var priceFactor = 1.0

  /// An internal error may be the request's own fault, so it has fewer tries.
  static let internalErrorRetries = 2
  /// A useless answer is asked for again this often; each time is paid.
  static let answerRetries = 1
  /// A row whose requests meet this many 429s while others are answered fails.
  static let throttleRetries = 20
  /// Seconds that requests in flight are given after a signal to stop, or when
  /// the output was closed.
  static let grace = 20.0
  /// When this many rows in a row have failed for the network or the service
  /// and not one was answered, the run stops.
  static let failedRows = 25
  /// When the service has refused this many requests with 429, each sent after
  /// the refusal before, and answered none, the run stops.
  static let throttles = 6
  /// When the first requests of the run, this many, are refused for the same
  /// reason, and not for their one picture, the run stops.
  static let sameRefusals = 10
  /// Questions that are leased at once.
  static let leaseBatch = 16
  /// Requests that are launched before the time is to be reported again: to
  /// build one may take reading a picture, and meanwhile replies wait that are
  /// not in the cache yet.
  static let launchBatch = 4
  /// When the machine has lacked the same thing this many times, after waits of
  /// up to a minute, and nothing was answered in between, the run stops.
  static let shortages = 8
  /// A wait of more seconds than this is reported.
  static let longWait = 30.0
}
