/// Making a batch job.
extension Service {
  func createJob(
    _ request: HTTPRequest, _ name: String, _ version: String, _ key: APIKey,
    _ exchange: inout Exchange
  ) throws(Refusal) {
    let model = try model(name, version: version, key: key)
    let batch = try message("BatchGenerateContentRequest", request)["batch"]
    guard let displayName = batch?["displayName"]?.string, !displayName.isEmpty else {
      throw .invalidArgument(
        "* BatchGenerateContentRequest.batch.display_name: display_name is required.\n")
    }
    let faults = try strike(.create, key, displayName, &exchange)
    let active = batches.jobs.count {
      $0.project == key.project && !$0.isDeleted && !$0.state(at: exchange.time).isFinal
    }
    guard active < configuration.batch.jobs else {
      throw .exhausted("Resource has been exhausted (e.g. check quota).")
    }
    let input = batch?["inputConfig"]
    let lines = try lines(of: input, key, at: exchange.time)
    try refuse(lines, key, &exchange)
    var faultsOfJob = try strike(.job, key, displayName, &exchange)
    if input?["fileName"] == nil { faultsOfJob.insert(.jobInline) }
    let id = makeJob(
      lines, model, named: displayName, input: input?["fileName"]?.string, faultsOfJob, key,
      &exchange)
    exchange.reply = Reply(batches.jobs[id].value(at: exchange.time))
    if faults.contains(.createMadeInternal), let refusal = BatchFault.createMadeInternal.refusal {
      throw refusal
    }
    if faults.contains(.createLost) { exchange.reply.delivery = .close }
  }

  private func lines(of input: Value?, _ key: APIKey, at time: Double) throws(Refusal)
    -> [BatchLine]
  {
    guard let name = input?["fileName"]?.string else {
      let requests = input?["requests"]?["requests"]?.array ?? []
      guard !requests.isEmpty else {
        throw .invalidArgument(
          "* BatchGenerateContentRequest.batch.input_config: no requests and no file.\n")
      }
      return try inlineLines(requests)
    }
    let prefix = "files/"
    guard name.hasPrefix(prefix) else { throw .invalidArgument("Invalid file name: \(name).") }
    let file = try file(String(name.dropFirst(prefix.count)), key)
    guard file.state(at: time) == "ACTIVE" else { throw .precondition }
    return try batchLines(file.bytes)
  }

  /// Throws for the first line that `line-refused` strikes; `text=` is then what
  /// is in the line.
  private func refuse(
    _ lines: [BatchLine], _ key: APIKey, _ exchange: inout Exchange
  ) throws(Refusal) {
    guard configuration.faults.areAny(at: .check) else { return }
    for (index, line) in lines.enumerated() {
      let text = String(decoding: line.bytes, as: UTF8.self)
      if try strike(.check, key, text, &exchange).contains(.lineRefused) {
        throw .invalidArgument(
          "Error on line \(index + 1): invalid JSON, near column 1032: no such field: 'struck'")
      }
    }
  }

  /// - Returns: the new job's place.
  private func makeJob(
    _ lines: [BatchLine], _ model: Model, named displayName: String, input: String?,
    _ faults: Set<BatchFault>, _ key: APIKey, _ exchange: inout Exchange
  ) -> Int {
    let given = BatchJob.share(of: lines.count, faults)
    var results: [(order: Double, line: BatchJob.ResultLine)] = []
    var digests: [Digest] = []
    exchange.lines = lines.count
    exchange.admitted = true
    for (index, line) in lines.enumerated() {
      let outcome = answer(line, model: model, key: key, time: exchange.time)
      exchange.promptTokens += outcome.promptTokens
      exchange.outputTokens += outcome.outputTokens
      exchange.repeatedLines += counters.isRepeat(outcome.questions, in: batches.asked) ? 1 : 0
      exchange.questions += outcome.questions
      batches.asked.formUnion(outcome.questions)
      guard index < given else { continue }
      let kept = disturbed(outcome.result, line, key, &exchange)
      let isTold = !kept.isEmpty && kept.allSatisfy { $0.isSuccess && $0.key == line.key }
      if outcome.isGood, isTold {
        counters.answered(outcome.digest, outcome.questions)
        digests.append(outcome.digest)
      } else {
        // Whoever asks again has to.
        batches.asked.subtract(outcome.questions)
      }
      // Never in the order of the input.
      for (copy, line) in kept.enumerated() {
        results.append((outcome.digest.fraction(for: 77 + UInt64(copy)), line))
      }
    }
    if given < lines.count { batches.asked.subtract(exchange.questions) }
    exchange.job = batches.newID("job", length: 36)
    let ordered = results.sorted { $0.order < $1.order }.map(\.line)
    let resultFile = storeResult(ordered, faults, key, at: exchange.time)
    batches.jobs.append(
      BatchJob(
        id: exchange.job ?? "", project: key.project, model: model.name, displayName: displayName,
        inputFile: input, created: exchange.time, faults: faults, settings: configuration.batch,
        requests: lines.count, lines: resultFile == nil ? ordered : [],
        successes: ordered.count { $0.isSuccess }, digests: digests, questions: exchange.questions,
        resultFile: "files/\(resultFile ?? "")"))
    return batches.jobs.count - 1
  }

  /// - Returns: the result file's id; nil if the result is not a file.
  private func storeResult(
    _ lines: [BatchJob.ResultLine], _ faults: Set<BatchFault>, _ key: APIKey, at time: Double
  ) -> String? {
    guard !faults.contains(.jobInline) else { return nil }
    let id = "batch-" + batches.newID("result", length: 48)
    batches.files[id] = StoredFile(
      id: id, project: key.project, displayName: nil, mimeType: "application/octet-stream",
      bytes: BatchJob.bytes(lines), created: time, active: time, isResult: true)
    return id
  }

  /// The line as it is in the result: missing, twice, under another key, failed.
  private func disturbed(
    _ result: BatchJob.ResultLine, _ line: BatchLine, _ key: APIKey, _ exchange: inout Exchange
  ) -> [BatchJob.ResultLine] {
    let name = exchange.fault
    let faults = (try? strike(.line, key, line.key ?? "", &exchange)) ?? []
    exchange.fault = name ?? exchange.fault
    if faults.contains(.lineMissing) { return [] }
    let error = Refusal.internalLine.batchError
    if faults.contains(.lineFailed) || faults.contains(.lineStatus) {
      let member = faults.contains(.lineStatus) ? "status" : "error"
      return [.init(key: line.key, value: .object([(member, error)]), isSuccess: false)]
    }
    if faults.contains(.lineContradicted) {
      return [result, .init(key: line.key, value: ["error": error], isSuccess: false)]
    }
    var result = result
    result.hasSeparator = faults.contains(.lineSeparator)
    if faults.contains(.lineUnknown) {
      return [.init(key: "no-such-key", value: result.value, isSuccess: true)]
    }
    return faults.contains(.lineDoubled) ? [result, result] : [result]
  }
}
