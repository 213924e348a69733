/// The Files and Batch parts of the API.
extension Service {
  func answer(
    _ request: HTTPRequest, _ endpoint: BatchEndpoint, _ exchange: inout Exchange
  ) throws(Refusal) {
    // An upload's address is its own credential.
    if case .upload(let id) = endpoint { return try upload(id, request, &exchange) }
    let key = try configuration.credentials.key(for: request.credentials)
    exchange.key = key.name
    exchange.project = key.project
    switch endpoint {
    case .upload: break
    case .uploadStart(let version): try startUpload(request, version, key, &exchange)
    case .files: try listFiles(request, key, &exchange)
    case .file(let id): try showFile(id, request, key, &exchange)
    case .deleteFile(let id): try deleteFile(id, key, &exchange)
    case .download(let id): try download(id, request, key, &exchange)
    case .create(let version, let model):
      exchange.model = model
      try createJob(request, model, version, key, &exchange)
    case .jobs: try listJobs(request, key, &exchange)
    case .job(let id):
      let faults = try strike(.poll, key, id, &exchange)
      exchange.reply = Reply(batches.jobs[try jobIndex(id, key)].value(at: exchange.time))
      if faults.contains(.pollLost) { exchange.reply.delivery = .close }
    case .cancel(let id): try cancel(id, key, &exchange)
    case .deleteJob(let id):
      try strike(.delete, key, id, &exchange)
      batches.jobs[try jobIndex(id, key)].isDeleted = true
      exchange.reply = Reply([:])
    }
  }

  /// The faults of an operation; those that are refusals are thrown.
  @discardableResult
  func strike(
    _ operation: BatchFault.Operation, _ key: APIKey, _ text: String, _ exchange: inout Exchange
  ) throws(Refusal) -> Set<BatchFault> {
    let faults = configuration.faults.faults(
      at: operation,
      FaultRule.Subject(
        key: key, model: exchange.model ?? "", text: text, digest: Digest(text),
        time: exchange.time))
    exchange.fault = faults.map(\.rawValue).sorted().first ?? exchange.fault
    for fault in faults where fault != .createMadeInternal {
      if let refusal = fault.refusal { throw refusal }
    }
    return faults
  }

  // MARK: - Files

  private func index(_ id: String, _ key: APIKey) throws(Refusal) -> StoredFile {
    guard id.utf8.count <= 40 else {
      throw .invalidArgument(
        "* GetFileRequest.name: File ID (name excluding 'files/') cannot be more than 40 "
          + "characters.\n")
    }
    return try file(id, key)
  }

  /// - Throws: what the API says of a file that is another project's, or none.
  func file(_ id: String, _ key: APIKey) throws(Refusal) -> StoredFile {
    guard let file = batches.files[id], file.project == key.project else {
      throw .permissionDenied(
        "You do not have permission to access the File \(id) or it may not exist.")
    }
    return file
  }

  private func showFile(
    _ id: String, _ request: HTTPRequest, _ key: APIKey, _ exchange: inout Exchange
  ) throws(Refusal) {
    try strike(.file, key, id, &exchange)
    exchange.reply = Reply(
      try index(id, key).value(at: exchange.time, base: request.base(version: nil)))
  }

  private func listFiles(
    _ request: HTTPRequest, _ key: APIKey, _ exchange: inout Exchange
  ) throws(Refusal) {
    let files = batches.files.values.filter { $0.project == key.project }
      .sorted { ($0.created, $0.id) > ($1.created, $1.id) }
    let base = request.base(version: nil)
    exchange.reply = Reply(
      try BatchStore.page(
        files.map { $0.value(at: exchange.time, base: base) }, named: "files", request.query,
        limit: configuration.batch.page))
  }

  private func deleteFile(
    _ id: String, _ key: APIKey, _ exchange: inout Exchange
  ) throws(Refusal) {
    try strike(.delete, key, id, &exchange)
    _ = try file(id, key)
    batches.files[id] = nil
    for number in batches.jobs.indices where batches.jobs[number].inputFile == "files/\(id)" {
      // A job that has not begun needs it.
      if batches.jobs[number].state(at: exchange.time) == .pending {
        batches.jobs[number].isWithoutInput = true
      }
    }
    exchange.reply = Reply([:])
  }

  private func download(
    _ id: String, _ request: HTTPRequest, _ key: APIKey, _ exchange: inout Exchange
  ) throws(Refusal) {
    let faults = try strike(.download, key, id, &exchange)
    guard request.query.contains(where: { $0.name == "alt" && $0.value == "media" }) else {
      throw .invalidArgument("Use alt=media to download a file.")
    }
    let file = try file(id, key)
    guard file.isResult else {
      throw .permissionDenied("Only generated files can be downloaded.")
    }
    exchange.reply = Reply(
      status: 200, contentType: "application/octet-stream", body: file.bytes)
    if faults.contains(.downloadCut) { exchange.reply.delivery = .resetInBody }
    if faults.contains(.downloadShort) { exchange.reply.delivery = .cutChunks }
  }

  // MARK: - Jobs

  private func jobIndex(_ id: String, _ key: APIKey) throws(Refusal) -> Int {
    guard
      let index = batches.jobs.firstIndex(where: {
        $0.id == id && $0.project == key.project && !$0.isDeleted
      })
    else { throw .notFound("Requested entity was not found.") }
    return index
  }

  private func listJobs(
    _ request: HTTPRequest, _ key: APIKey, _ exchange: inout Exchange
  ) throws(Refusal) {
    let faults = try strike(.list, key, "", &exchange)
    let jobs = batches.jobs.reversed().filter { $0.project == key.project && !$0.isDeleted }
    // A list may lag behind what was just made.
    let values = faults.contains(.listEmpty) ? [] : jobs.map { $0.value(at: exchange.time) }
    exchange.reply = Reply(
      try BatchStore.page(
        values, named: "operations", request.query, limit: configuration.batch.page))
  }

  private func cancel(_ id: String, _ key: APIKey, _ exchange: inout Exchange) throws(Refusal) {
    try strike(.cancel, key, id, &exchange)
    let index = try jobIndex(id, key)
    if !batches.jobs[index].state(at: exchange.time).isFinal {
      batches.jobs[index].cancelled = exchange.time
      let job = batches.jobs[index]
      if !job.hasResult(at: .infinity) {
        counters.withdraw(job.digests, job.questions)
        batches.asked.subtract(job.questions)
      }
    }
    exchange.reply = Reply([:])
  }
}

extension HTTPRequest {
  /// Where this server is, as the client knows it.
  func base(version: String?) -> String {
    "http://\(headers["host"] ?? "127.0.0.1")/\(version ?? String(path.split(separator: "/")[0]))"
  }
}
