import HTTP
import Shared

/// Jobs: made, looked at, listed, cancelled, deleted.
extension BatchService {
  /// Makes a job of a file. To be called when the journal knows of it: it is
  /// not known what was done if there is no reply.
  mutating func create(
    _ part: BatchPart, file: String, in project: Int
  ) throws(BatchFailure) -> JobStatus {
    var body = Array("{\"batch\":{\"displayName\":".utf8)
    JSONText.appendQuoted(part.name, to: &body)
    body += ",\"inputConfig\":{\"fileName\":".utf8
    JSONText.appendQuoted(file, to: &body)
    body += "}}}".utf8
    let response = try call(
      project, "POST", "/\(version)/models/\(part.model):batchGenerateContent",
      headers: ["Content-Type: application/json"], body: [body])
    return try status(response)
  }

  /// What a job is at.
  mutating func job(_ name: String, in project: Int) throws(BatchFailure) -> JobStatus {
    try repeating { (service) throws(BatchFailure) in
      try service.status(try service.call(project, "GET", "/\(service.version)/\(name)"))
    }
  }

  /// Looks through the whole list of a project's jobs, page by page.
  ///
  /// - Returns: the job with that display name; nil if the list has none.
  mutating func findJob(
    named displayName: String, in project: Int
  ) throws(BatchFailure) -> JobStatus? {
    try find("batches", "operations", in: project) { operation in
      guard let status = JobStatus(operation), status.displayName == displayName else {
        return nil
      }
      return status
    }
  }

  mutating func cancelJob(_ name: String, in project: Int) throws(BatchFailure) {
    try repeating { (service) throws(BatchFailure) in
      _ = try service.call(
        project, "POST", "/\(service.version)/\(name):cancel",
        headers: ["Content-Type: application/json"], body: [Array("{}".utf8)])
    }
  }

  /// Deletes a job or a file; what is not there is deleted.
  mutating func delete(_ name: String, in project: Int) throws(BatchFailure) {
    do throws(BatchFailure) {
      try repeating { (service) throws(BatchFailure) in
        _ = try service.call(project, "DELETE", "/\(service.version)/\(name)")
      }
    } catch {
      // A name that the service does not take is not there either: those of
      // results are longer than it allows elsewhere.
      switch error {
      case .missing, .refused: return
      default: throw error
      }
    }
  }

  private func status(_ response: Response) throws(BatchFailure) -> JobStatus {
    let body = judge.redactor.redact(response.body)
    guard let operation = try? JSONValue(parsing: body), let status = JobStatus(operation) else {
      throw .transient(
        "the response is not a batch job: \(ReplyReader.beginning(of: body))",
        isLikelyRefused: false)
    }
    return status
  }

  /// The most pages of a list.
  private static let maximumPages = 10_000

  /// Looks through a list, newest first, until `match` finds something.
  mutating func find<Found>(
    _ collection: String, _ member: String, in project: Int, _ match: (JSONValue) -> Found?
  ) throws(BatchFailure) -> Found? {
    var token = ""
    for _ in 0..<Self.maximumPages {
      let query = "pageSize=100" + (token.isEmpty ? "" : "&pageToken=\(Self.encoded(token))")
      let response = try repeating { (service) throws(BatchFailure) in
        try service.call(project, "GET", "/\(service.version)/\(collection)?\(query)")
      }
      guard let page = try? JSONValue(parsing: response.body), page.kind == .object else {
        throw .transient("the list of \(collection) cannot be read", isLikelyRefused: false)
      }
      for element in page[member]?.elements ?? [] {
        if let found = match(element) { return found }
      }
      let next = page["nextPageToken"]?.string ?? ""
      guard !next.isEmpty, next != token else { return nil }
      token = next
    }
    throw .transient("the list of \(collection) has no end", isLikelyRefused: false)
  }

  /// For a query (RFC 3986, section 2).
  private static func encoded(_ text: String) -> String {
    text.utf8.reduce(into: "") { result, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."), UInt8(ascii: "~"):
        result.unicodeScalars.append(UnicodeScalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
  }
}
