/// What a path of the Files and Batch parts asks for.
enum BatchEndpoint: Equatable {
  case uploadStart(version: String)
  /// A command on an upload, by its id.
  case upload(String)
  case files
  case file(String)
  case deleteFile(String)
  case download(String)
  case create(version: String, model: String)
  case jobs
  case job(String)
  case cancel(String)
  case deleteJob(String)

  init?(method: String, path: String, query: [(name: String, value: String)]) {
    var parts = path.split(separator: "/").map(String.init)
    let isUpload = parts.first == "upload"
    let isDownload = parts.first == "download"
    if isUpload || isDownload { parts.removeFirst() }
    guard parts.count >= 2, ["v1", "v1beta", "v1alpha"].contains(parts[0]) else { return nil }
    let version = parts[0]
    if isUpload {
      guard method == "POST", parts.count == 2, parts[1] == "files" else { return nil }
      let id = query.last { $0.name == "upload_id" }?.value
      self = id.map { .upload($0) } ?? .uploadStart(version: version)
      return
    }
    let call = parts.count == 3 ? parts[2].split(separator: ":").map(String.init) : []
    switch (method, parts[1], call.count, call.last) {
    case ("GET", "files", 2, "download"): self = .download(call[0])
    case (_, _, _, _) where isDownload: return nil
    case ("GET", "files", 0, _) where parts.count == 2: self = .files
    case ("GET", "files", 1, _): self = .file(call[0])
    case ("DELETE", "files", 1, _): self = .deleteFile(call[0])
    case ("POST", "models", 2, "batchGenerateContent"):
      self = .create(version: version, model: call[0])
    case ("GET", "batches", 0, _) where parts.count == 2: self = .jobs
    case ("GET", "batches", 1, _): self = .job(call[0])
    case ("POST", "batches", 2, "cancel"): self = .cancel(call[0])
    case ("DELETE", "batches", 1, _): self = .deleteJob(call[0])
    default: return nil
    }
  }

  /// The log's word for it.
  var name: String {
    switch self {
    case .uploadStart: "upload.start"
    case .upload: "upload"
    case .files: "files.list"
    case .file: "files.get"
    case .deleteFile: "files.delete"
    case .download: "files.download"
    case .create: "batches.create"
    case .jobs: "batches.list"
    case .job: "batches.get"
    case .cancel: "batches.cancel"
    case .deleteJob: "batches.delete"
    }
  }
}
