/// Resumable uploads.
extension Service {
  func startUpload(
    _ request: HTTPRequest, _ version: String, _ key: APIKey, _ exchange: inout Exchange
  ) throws(Refusal) {
    let faults = try strike(.uploadStart, key, "", &exchange)
    guard request.headers["x-goog-upload-protocol"] == "resumable",
      request.headers["x-goog-upload-command"] == "start"
    else { throw .invalidArgument("Only resumable uploads are taken.") }
    let size = request.headers["x-goog-upload-header-content-length"].flatMap(Int.init)
    let settings = configuration.batch
    guard size ?? 0 <= settings.fileSize else {
      throw .invalidArgument("The file is larger than \(settings.fileSize) bytes.")
    }
    guard batches.storage(of: key.project) + (size ?? 0) <= settings.storage else {
      throw .exhausted(
        "You have exceeded the file storage quota of \(settings.storage) bytes of your project.")
    }
    let file = try fileMember(of: request)
    let id = batches.newID("upload", length: 24)
    batches.uploads[id] = Upload(
      project: key.project, key: key.name, version: version,
      displayName: file?["displayName"]?.string,
      mimeType: request.headers["x-goog-upload-header-content-type"]
        ?? file?["mimeType"]?.string ?? "application/octet-stream", size: size)
    exchange.reply = Reply(status: 200, body: [])
    exchange.reply.headers = [
      (
        "X-Goog-Upload-URL",
        "\(request.base(version: "upload"))/\(version)/files?upload_id=\(id)"
          + "&upload_protocol=resumable"
      ), ("X-Goog-Upload-Chunk-Granularity", String(settings.granularity)),
      ("X-Goog-Upload-Status", "active"),
    ]
    if faults.contains(.uploadStartLost) { exchange.reply.delivery = .close }
  }

  private func fileMember(of request: HTTPRequest) throws(Refusal) -> Value? {
    guard !request.body.isEmpty else { return nil }
    return try message("CreateFileRequest", request)["file"]
  }

  /// A command on an upload: `upload`, `upload, finalize`, `finalize`, `query`
  /// or `cancel`.
  func upload(
    _ id: String, _ request: HTTPRequest, _ exchange: inout Exchange
  ) throws(Refusal) {
    guard let upload = batches.uploads[id] else {
      throw .notFound("Upload session not found.")
    }
    exchange.project = upload.project
    exchange.key = upload.key
    let commands = (request.headers["x-goog-upload-command"] ?? "").split(separator: ",")
      .map { String($0).trimmed }
    let key = APIKey(
      key: upload.key, name: upload.key, project: upload.project, state: .ok, models: nil)
    var faults: Set<BatchFault> = []
    if commands.contains("upload") || commands.contains("finalize") {
      faults = try strike(.upload, key, upload.displayName ?? "", &exchange)
    }
    exchange.reply = Reply(status: 200, body: [])
    switch commands {
    case ["query"]: break
    case ["cancel"]: batches.uploads[id] = nil
    case ["upload"], ["upload", "finalize"], ["finalize"]:
      try take(id, request, isLast: commands.last == "finalize", faults, &exchange)
    default: throw .invalidArgument("Unknown X-Goog-Upload-Command.")
    }
    report(id, &exchange)
    if faults.contains(.uploadCut) || faults.contains(.uploadLost) {
      exchange.reply.delivery = .close
    }
  }

  /// The headers that say how an upload stands.
  private func report(_ id: String, _ exchange: inout Exchange) {
    let upload = batches.uploads[id]
    let status = upload == nil ? "cancelled" : upload?.file == nil ? "active" : "final"
    exchange.reply.headers = [
      ("X-Goog-Upload-Status", status),
      ("X-Goog-Upload-Size-Received", String(upload?.bytes.count ?? 0)),
      ("X-Goog-Upload-Chunk-Granularity", String(configuration.batch.granularity)),
    ]
  }

  private func take(
    _ id: String, _ request: HTTPRequest, isLast: Bool, _ faults: Set<BatchFault>,
    _ exchange: inout Exchange
  ) throws(Refusal) {
    guard var upload = batches.uploads[id], upload.file == nil else {
      throw .invalidArgument("The upload is final already.")
    }
    let offset = request.headers["x-goog-upload-offset"].flatMap(Int.init)
    guard offset == upload.bytes.count else {
      throw .invalidArgument(
        "Invalid X-Goog-Upload-Offset: \(upload.bytes.count) bytes were received.")
    }
    let granularity = configuration.batch.granularity
    guard isLast || request.body.count % granularity == 0 else {
      throw .invalidArgument("The chunk's size is not a multiple of \(granularity).")
    }
    guard request.bodySize == request.body.count else {
      throw .invalidArgument("The chunk is too large.")
    }
    if faults.contains(.uploadCut) {
      // Half of it arrived, in whole grains.
      upload.bytes += request.body.prefix(request.body.count / 2 / granularity * granularity)
      batches.uploads[id] = upload
      return
    }
    upload.bytes += request.body
    batches.uploads[id] = upload
    guard isLast else { return }
    guard upload.size == nil || upload.size == upload.bytes.count else {
      throw .invalidArgument("The upload has \(upload.bytes.count) bytes, not those announced.")
    }
    finish(id, upload, faults, request, &exchange)
  }

  private func finish(
    _ id: String, _ upload: Upload, _ faults: Set<BatchFault>, _ request: HTTPRequest,
    _ exchange: inout Exchange
  ) {
    let fileID = batches.newID("file", length: 12)
    let key = APIKey(
      key: upload.key, name: upload.key, project: upload.project, state: .ok, models: nil)
    var file = StoredFile(
      id: fileID, project: upload.project, displayName: upload.displayName,
      mimeType: upload.mimeType, bytes: upload.bytes, created: exchange.time,
      active: exchange.time + configuration.batch.processing)
    let struck = try? strike(.final, key, upload.displayName ?? "", &exchange)
    file.isFailed = struck?.contains(.fileFailed) == true
    batches.files[fileID] = file
    batches.uploads[id]?.bytes = []
    batches.uploads[id]?.file = fileID
    let base = request.base(version: upload.version)
    exchange.reply = Reply(["file": file.value(at: exchange.time, base: base)])
  }
}
