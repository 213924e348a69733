import Shared

/// Where the result of a job is.
enum JobResult: Equatable {
  /// `files/…`
  case file(String)
  /// In the operation itself: the texts of its objects.
  case inlined([[UInt8]])
}

/// A batch job as the service describes it: an operation whose `metadata` is
/// the batch.
struct JobStatus: Equatable {
  enum State: Equatable {
    case pending, running, succeeded, failed, cancelled, expired
    /// A state that is not known here; `done` says whether it is the last one.
    case other
  }

  /// `batches/…`
  let name: String
  let displayName: String
  let state: State
  /// Whether nothing more will happen to it.
  let isFinal: Bool
  /// What there is of a result.
  let result: JobResult?
  /// Lines that the job has; 0 if not said.
  let lines: Int
  /// Why it has ended, in one line.
  let ending: String

  /// Reads an operation.
  ///
  /// - Returns: nil if it has no usable name.
  init?(_ operation: JSONValue) {
    let metadata = operation["metadata"]
    let names = [operation["name"], metadata?["name"]].compactMap { $0?.string }
    guard let name = names.first(where: { ResourceName.isValid($0, in: "batches/") }) else {
      return nil
    }
    self.name = name
    displayName = metadata?["displayName"]?.string ?? ""
    let word = metadata?["state"]?.string ?? ""
    state = Self.state(word)
    let isDone = operation["done"]?.text.elementsEqual("true".utf8) == true
    switch state {
    case .pending, .running: isFinal = false
    case .succeeded, .failed, .cancelled, .expired: isFinal = true
    case .other: isFinal = isDone
    }
    result = Self.result(operation["response"]) ?? Self.result(metadata?["output"])
    lines = metadata?["batchStats"]?["requestCount"]?.count(upTo: Bounds.quota) ?? 0
    ending = Self.ending(word, operation["error"])
  }

  /// `BATCH_STATE_RUNNING`, or `JOB_STATE_RUNNING` as older pages have it.
  private static func state(_ word: String) -> State {
    var word = word.uppercased()[...]
    for prefix in ["BATCH_STATE_", "JOB_STATE_"] where word.hasPrefix(prefix) {
      word = word.dropFirst(prefix.count)
    }
    return switch word {
    case "PENDING", "QUEUED": .pending
    case "RUNNING", "CANCELLING": .running
    case "SUCCEEDED", "PARTIALLY_SUCCEEDED": .succeeded
    case "FAILED": .failed
    case "CANCELLED": .cancelled
    case "EXPIRED": .expired
    default: .other
    }
  }

  private static func result(_ output: JSONValue?) -> JobResult? {
    guard let output else { return nil }
    if let file = output["responsesFile"]?.string, ResourceName.isValid(file, in: "files/") {
      return .file(file)
    }
    let inlined = output["inlinedResponses"]
    guard let list = inlined?["inlinedResponses"]?.elements ?? inlined?.elements else {
      return nil
    }
    return .inlined(list.map { Array($0.text) })
  }

  private static func ending(_ state: String, _ error: JSONValue?) -> String {
    let message = error?["message"]?.string ?? ""
    return message.isEmpty ? "the job ended as \(state)" : "the job ended as \(state): \(message)"
  }
}

/// Names of files and jobs, which the service chooses and which become part of
/// addresses.
enum ResourceName {
  /// Whether `name` is `prefix` and an id without anything that could make
  /// another address of it.
  static func isValid(_ name: String, in prefix: String) -> Bool {
    guard name.hasPrefix(prefix), name.utf8.count > prefix.utf8.count,
      name.utf8.count < 1000
    else { return false }
    return name.utf8.dropFirst(prefix.utf8.count).allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}
