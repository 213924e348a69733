import HTTP
import Shared

/// A file of the service.
struct RemoteFile {
  enum State { case processing, active, failed }

  /// `files/…`
  let name: String
  let displayName: String
  let size: Int
  let state: State

  init?(_ value: JSONValue) {
    guard let name = value["name"]?.string, ResourceName.isValid(name, in: "files/") else {
      return nil
    }
    self.name = name
    displayName = value["displayName"]?.string ?? ""
    size = value["sizeBytes"]?.count(upTo: 1 << 50) ?? 0
    state =
      switch value["state"]?.string {
      case "PROCESSING": .processing
      case "FAILED": .failed
      default: .active
      }
  }
}

/// Files: uploaded, looked at.
extension BatchService {
  /// Uploads a file, whatever breaks, and waits until the service can use it.
  ///
  /// - Parameters:
  ///   - address: where an upload of it was going that broke off; nil for a new
  ///     one.
  ///   - began: is told where a new one goes.
  /// - Returns: its name, `files/…`.
  mutating func upload(
    _ file: borrowing UploadFile, named name: String, to address: String?, in project: Int,
    began: (String) -> Void
  ) throws(BatchFailure) -> String {
    var attempt = 1
    var address = address
    while true {
      do throws(BatchFailure) {
        let uploaded = try uploadOnce(file, named: name, to: address, in: project, began: began)
        return try waitUntilActive(uploaded, in: project)
      } catch {
        guard error.isTransient, attempt < Self.tries else { throw error }
        address = nil
        try pause(backoff(attempt))
        attempt += 1
      }
    }
  }

  /// One session of an upload, with as many breaks as it survives.
  private mutating func uploadOnce(
    _ file: borrowing UploadFile, named name: String, to address: String?, in project: Int,
    began: (String) -> Void
  ) throws(BatchFailure) -> RemoteFile {
    var upload: ResumableUpload
    if let address,
      let known = ResumableUpload(url: address, size: file.size, mayBePlain: mayBePlain)
    {
      upload = known
      if let file = try resume(&upload, named: name, in: project) { return file }
    } else {
      upload = try startUpload(size: file.size, named: name, in: project)
      began(upload.url)
    }
    var breaks = 0
    while true {
      try pause(0)
      do throws(BatchFailure) {
        let chunk = try file.read(upload.next.range)
        let response = try send(
          Request(url: upload.url, headers: upload.command, body: [chunk]))
        guard response.status == 200 else { throw failure(of: response) }
        guard upload.next.isLast else {
          upload.advance()
          breaks = 0
          continue
        }
        if let file = Self.uploaded(response.body) { return file }
        throw BatchFailure.transient("the upload's reply names no file", isLikelyRefused: false)
      } catch {
        guard error.isTransient else { throw again(error) }
        breaks += 1
        guard breaks < Self.tries else { throw error }
        try pause(backoff(breaks))
        if let file = try resume(&upload, named: name, in: project) { return file }
      }
    }
  }

  /// An upload that the service refuses in its middle begins anew.
  private func again(_ error: BatchFailure) -> BatchFailure {
    switch error {
    case .missing(let message), .refused(let message), .notReady(let message):
      .transient(message, isLikelyRefused: true)
    default: error
    }
  }

  /// Whether the API itself is at an address of loopback.
  private var mayBePlain: Bool { address.hasPrefix("http://") }

  private mutating func startUpload(
    size: Int, named name: String, in project: Int
  ) throws(BatchFailure) -> ResumableUpload {
    var body = Array("{\"file\":{\"displayName\":".utf8)
    JSONText.appendQuoted(name, to: &body)
    body += "}}".utf8
    let response = try repeating { (service) throws(BatchFailure) in
      try service.call(
        project, "POST", "/upload/\(service.version)/files",
        headers: [
          "Content-Type: application/json", "X-Goog-Upload-Protocol: resumable",
          "X-Goog-Upload-Command: start",
          "X-Goog-Upload-Header-Content-Length: \(size)",
          "X-Goog-Upload-Header-Content-Type: application/jsonl",
        ], body: [body])
    }
    guard let upload = ResumableUpload(response, size: size, mayBePlain: mayBePlain) else {
      throw .refused("the service names no address for an upload, or one that is not https")
    }
    return upload
  }

  /// Asks how much has arrived.
  ///
  /// - Returns: the file, if all of it has.
  private mutating func resume(
    _ upload: inout ResumableUpload, named name: String, in project: Int
  ) throws(BatchFailure) -> RemoteFile? {
    let url = upload.url
    let response = try repeating { (service) throws(BatchFailure) in
      let response = try service.send(
        Request(url: url, headers: ["X-Goog-Upload-Command: query"], body: [[]]))
      if (500..<600).contains(response.status) { throw service.failure(of: response) }
      return response
    }
    switch response.status == 200 ? upload.queried(response) : .gone {
    case .active: return nil
    case .gone: throw .transient("the upload was lost", isLikelyRefused: true)
    case .final:
      if let file = Self.uploaded(response.body) { return file }
      if let file = try findFile(named: name, in: project) { return file }
      throw .transient("the uploaded file is not in the list of files", isLikelyRefused: true)
    }
  }

  private static func uploaded(_ body: [UInt8]) -> RemoteFile? {
    (try? JSONValue(parsing: body))?["file"].flatMap(RemoteFile.init)
  }

  /// The file with that display name, of the whole list of a project's files.
  mutating func findFile(
    named displayName: String, in project: Int
  ) throws(BatchFailure) -> RemoteFile? {
    try find("files", "files", in: project) { value in
      guard let file = RemoteFile(value), file.displayName == displayName else { return nil }
      return file
    }
  }

  /// Seconds for which a file may be PROCESSING.
  private static let processingPatience = 1800.0

  /// A job that is made before its file is ACTIVE is refused.
  private mutating func waitUntilActive(
    _ file: RemoteFile, in project: Int
  ) throws(BatchFailure) -> String {
    var file = file
    let end = Monotonic.seconds() + Self.processingPatience
    var delay = 0.25
    while file.state == .processing {
      guard Monotonic.seconds() < end else {
        throw .transient("the uploaded file is not processed", isLikelyRefused: true)
      }
      try pause(delay)
      delay = min(10, delay * 2)
      let name = file.name
      let response = try repeating { (service) throws(BatchFailure) in
        try service.call(project, "GET", "/\(service.version)/\(name)")
      }
      if let now = (try? JSONValue(parsing: response.body)).flatMap(RemoteFile.init) { file = now }
    }
    guard file.state == .active else {
      try? delete(file.name, in: project)
      throw .transient("the service could not process the uploaded file", isLikelyRefused: true)
    }
    return file.name
  }
}
