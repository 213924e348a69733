/// A batch job, whose state follows the clock.
struct BatchJob {
  /// Without `batches/`.
  let id: String
  let project: String
  let model: String
  let displayName: String
  /// The input file, with `files/`; nil for requests in the body.
  let inputFile: String?
  let created: Double
  let faults: Set<BatchFault>
  let settings: BatchSettings
  /// Lines asked.
  let requests: Int
  /// The result's lines, if it is not a file.
  var lines: [ResultLine]
  /// Lines of the result that are answers.
  let successes: Int
  /// The requests and questions that it was to answer, for the sums.
  let digests: [Digest]
  let questions: [Digest]
  /// The file that holds them, with `files/`.
  let resultFile: String
  var cancelled: Double?
  var isDeleted = false
  /// Its input was deleted before it ran.
  var isWithoutInput = false

  struct ResultLine {
    let key: String?
    let value: Value
    let isSuccess: Bool
    /// Whether a U+2028 is to be in the text.
    var hasSeparator = false
  }

  enum State: String {
    case pending = "PENDING"
    case running = "RUNNING"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"
    case cancelled = "CANCELLED"
    case expired = "EXPIRED"
    case partiallySucceeded = "PARTIALLY_SUCCEEDED"
    case unknown = "PAUSED_FOR_2027"

    var isFinal: Bool { self != .pending && self != .running && self != .unknown }
  }

  /// When it ends if nobody cancels it.
  private var end: Double {
    faults.contains(.jobStuck) ? .infinity : created + settings.pending + settings.run
  }

  func state(at time: Double) -> State {
    if let cancelled, cancelled < end {
      let finishes = faults.contains(.jobCancelFinishes)
      if !finishes { return .cancelled }
      return time < end ? .cancelled : .succeeded
    }
    if isWithoutInput { return .failed }
    if time < created + settings.pending { return .pending }
    if time < end {
      return faults.contains(.jobUnknownState) ? .unknown : .running
    }
    if faults.contains(.jobFailed) { return .failed }
    if !faults.isDisjoint(with: [.jobExpired, .jobExpiredPartial]) { return .expired }
    return faults.contains(.jobPartial) ? .partiallySucceeded : .succeeded
  }

  /// Whether the result can be had.
  func hasResult(at time: Double) -> Bool {
    switch state(at: time) {
    case .succeeded, .partiallySucceeded:
      time >= end + (faults.contains(.jobLateResult) ? settings.late : 0)
    case .expired: faults.contains(.jobExpiredPartial)
    case .cancelled: faults.contains(.jobCancelPartial)
    case .pending, .running, .failed, .unknown: false
    }
  }

  /// How many lines it gives, of those that it could.
  static func share(of count: Int, _ faults: Set<BatchFault>) -> Int {
    let isPartial = !faults.isDisjoint(
      with: [.jobPartial, .jobExpiredPartial, .jobCancelPartial])
    if faults.contains(.jobFailed) || faults.contains(.jobExpired) { return 0 }
    return isPartial ? count / 2 : count
  }

  /// The operation as the API shows it.
  func value(at time: Double) -> Value {
    let state = state(at: time)
    var members: [(key: String, value: Value)] = [
      ("name", .string("batches/\(id)")), ("metadata", metadata(state, at: time)),
    ]
    guard state.isFinal else { return .object(members) }
    members.append(("done", true))
    switch state {
    case .failed, .expired, .cancelled:
      let code = state == .failed ? 13 : state == .expired ? 4 : 1
      members.append(
        ("error", ["code": .int(code), "message": .string("The batch is \(state.rawValue).")]))
    default: break
    }
    if hasResult(at: time), !faults.contains(.jobInMetadata) {
      let type =
        "type.googleapis.com/google.ai.generativelanguage.v1main."
        + "GenerateContentBatchOutput"
      members.append(("response", .object([("@type", .string(type))] + output)))
    }
    return .object(members)
  }

  private func metadata(_ state: State, at time: Double) -> Value {
    let prefix = faults.contains(.jobOldStates) ? "JOB_STATE_" : "BATCH_STATE_"
    let type = "type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch"
    var members: [(key: String, value: Value)] = [
      ("@type", .string(type)), ("model", .string("models/\(model)")),
      ("displayName", .string(displayName)),
    ]
    if let inputFile { members.append(("inputConfig", ["fileName": .string(inputFile)])) }
    if hasResult(at: time), !faults.contains(.jobInResponse) {
      members.append(("output", .object(output)))
    }
    members.append(("createTime", .string(Timestamp.text(created))))
    if state.isFinal { members.append(("endTime", .string(Timestamp.text(cancelled ?? end)))) }
    members += [
      ("updateTime", .string(Timestamp.text(time))), ("batchStats", statistics(state)),
      ("state", .string(prefix + state.rawValue)), ("name", .string("batches/\(id)")),
    ]
    return .object(members)
  }

  /// Counts are strings, and those of zero are absent.
  private func statistics(_ state: State) -> Value {
    let successes = state.isFinal ? successes : 0
    let failures = state.isFinal ? requests - successes : 0
    let counts = [
      ("requestCount", requests), ("pendingRequestCount", state.isFinal ? 0 : requests),
      ("successfulRequestCount", successes), ("failedRequestCount", failures),
    ]
    return .object(counts.filter { $0.1 > 0 }.map { ($0.0, .string(String($0.1))) })
  }

  private var output: [(key: String, value: Value)] {
    guard faults.contains(.jobInline) || inputFile == nil else {
      return [("responsesFile", .string(resultFile))]
    }
    let responses = lines.map { line -> Value in
      // Requests in the body lose their keys on the way.
      guard inputFile != nil, let key = line.key else { return line.value }
      return .object(line.value.members + [("metadata", ["key": .string(key)])])
    }
    return [("inlinedResponses", ["inlinedResponses": .array(responses)])]
  }

  /// A result as JSON Lines.
  static func bytes(_ lines: [ResultLine]) -> [UInt8] {
    lines.reduce(into: []) { bytes, line in
      let key = line.key.map { [(key: "key", value: Value.string($0))] } ?? []
      let text = Value.object(key + line.value.members).compact
      // U+2028 ends no line, whatever some readers of text think.
      bytes += line.hasSeparator ? separated(text) : text
      bytes.append(UInt8(ascii: "\n"))
    }
  }

  /// With a U+2028 at the end of the first text.
  private static func separated(_ line: [UInt8]) -> [UInt8] {
    let text = String(decoding: line, as: UTF8.self)
    let range = text.ranges(of: "\"}],\"role\"").first ?? text.ranges(of: "\"}").first
    guard let range else { return line }
    return Array((text[..<range.lowerBound] + "\u{2028}" + text[range.lowerBound...]).utf8)
  }
}
