/// Something that is to go wrong, by name. README.md lists the names.
enum Fault {
  /// The service refuses.
  case refusal(@Sendable (Fault.Context) -> Refusal)
  /// The service answers with 200 and no good answer.
  case answer(@Sendable (inout Answer) -> Void)
  /// A structured answer that does not fit its questions.
  case slip(StructuredAnswer.Slip)
  /// The reply is not what the service said.
  case reply(@Sendable (inout Reply) -> Void)
  /// Only slower, by so many seconds.
  case delay(Double)
  /// The reply is not what the service said, and may quote the request.
  case quotingReply(@Sendable (Fault.Context, inout Reply) -> Void)
  /// Of files and batch jobs.
  case batch(BatchFault)

  /// What a fault may need to know of the request.
  struct Context {
    let model: String
    let version: String
    let key: String
    let freeTier: Bool
  }

  /// - Throws: if there is no such fault.
  init(named name: String, _ directive: Directive) throws(Directive.Malformed) {
    if let fault = FaultTables.refusals[name] {
      self = .refusal(fault)
    } else if let fault = FaultTables.answers[name] {
      self = .answer(fault)
    } else if let slip = StructuredAnswer.Slip(rawValue: name) {
      self = .slip(slip)
    } else if let fault = FaultTables.replies[name] {
      self = .reply(fault)
    } else if let fault = HostileFaults.refusals[name] {
      self = .refusal(fault)
    } else if let fault = HostileFaults.answers[name] {
      self = .answer(fault)
    } else if let fault = HostileFaults.replies[name] {
      self = .quotingReply(fault)
    } else if let fault = BatchFault(rawValue: name) {
      self = .batch(fault)
    } else if let fault = try Fault(parameterised: name, directive) {
      self = fault
    } else {
      throw Directive.Malformed(description: "no fault is called \(name)")
    }
  }

  /// Faults whose name or settings carry a value.
  private init?(parameterised name: String, _ directive: Directive) throws(Directive.Malformed) {
    switch name {
    case "delay": self = .delay(try directive.number("seconds") ?? 1)
    case "drip":
      let rate = max(1, try directive.number("rate") ?? 20)
      self = .reply { $0.delivery = .drip(bytesPerSecond: rate) }
    case "giant":
      let bytes = try directive.number("bytes") ?? 2_000_000_000
      self = .reply { $0.delivery = .giant(bytes: bytes) }
    default:
      if let reason = Fault.enumName(name, after: "finish-") {
        self = .answer { $0.finish(reason) }
      } else if let reason = Fault.enumName(name, after: "block-") {
        self = .answer { $0.blockReason = reason }
      } else if let code = Fault.enumName(name, after: "status-").flatMap(Int.init),
        (400...599).contains(code)
      {
        self = .refusal { _ in
          Refusal(code: code, status: "UNKNOWN", message: "Status \(code), on demand.")
        }
      } else {
        return nil
      }
    }
  }

  private static func enumName(_ name: String, after prefix: String) -> String? {
    guard name.hasPrefix(prefix), name.count > prefix.count else { return nil }
    return String(name.dropFirst(prefix.count).map { $0 == "-" ? "_" : $0 }).uppercased()
  }
}

extension Answer {
  /// A candidate that ended for a reason other than STOP and has no content.
  mutating func finish(_ reason: String) {
    finishReason = reason
    hasContent = false
    parts = []
    candidateTokens = 0
  }

  mutating func setText(_ text: String) {
    parts = [["text": .string(text)]]
    candidateTokens = Tokens.text(text)
  }
}
