/// What can go wrong with files and batch jobs, by name; README.md says what
/// each is.
enum BatchFault: String, CaseIterable {
  case uploadStartLost = "upload-start-lost"
  case uploadStartBusy = "upload-start-busy"
  case uploadCut = "upload-cut"
  case uploadLost = "upload-lost"
  case uploadBusy = "upload-busy"
  case uploadGone = "upload-gone"
  case fileFailed = "file-failed"
  case fileBusy = "file-busy"
  case createLost = "create-lost"
  case createMadeInternal = "create-made-internal"
  case createInternal = "create-internal"
  case createBusy = "create-busy"
  case createExhausted = "create-exhausted"
  case createPrecondition = "create-precondition"
  case createMissing = "create-missing"
  case jobFailed = "job-failed"
  case jobExpired = "job-expired"
  case jobExpiredPartial = "job-expired-partial"
  case jobPartial = "job-partial"
  case jobStuck = "job-stuck"
  case jobInline = "job-inline"
  case jobInResponse = "job-in-response"
  case jobInMetadata = "job-in-metadata"
  case jobLateResult = "job-late-result"
  case jobOldStates = "job-old-states"
  case jobUnknownState = "job-unknown-state"
  case jobCancelFinishes = "job-cancel-finishes"
  case jobCancelPartial = "job-cancel-partial"
  case lineMissing = "line-missing"
  case lineDoubled = "line-doubled"
  case lineContradicted = "line-contradicted"
  case lineUnknown = "line-unknown"
  case lineFailed = "line-failed"
  case lineStatus = "line-status"
  case lineSeparator = "line-separator"
  case lineRefused = "line-refused"
  case pollBusy = "poll-busy"
  case pollLost = "poll-lost"
  case pollMissing = "poll-missing"
  case listBusy = "list-busy"
  case listEmpty = "list-empty"
  case cancelBusy = "cancel-busy"
  case deleteBusy = "delete-busy"
  case downloadCut = "download-cut"
  case downloadShort = "download-short"
  case downloadBusy = "download-busy"
  case downloadMissing = "download-missing"

  /// When it is decided whether a fault strikes.
  enum Operation: String {
    case uploadStart = "upload-start"
    case upload
    /// The end of an upload, when it becomes a file.
    case final
    /// Of the lines, before a job is made.
    case check
    case file, create, job, line, poll, list, cancel, delete, download
  }

  /// By the beginning of the name, but for some.
  var operation: Operation {
    switch self {
    case .uploadStartLost, .uploadStartBusy: .uploadStart
    case .fileFailed: .final
    case .lineRefused: .check
    default: Operation(rawValue: String(rawValue.prefix { $0 != "-" })) ?? .job
    }
  }

  /// The refusal of those that are no more than that.
  var refusal: Refusal? {
    switch self {
    case .uploadStartBusy, .uploadBusy, .fileBusy, .createBusy, .pollBusy, .listBusy, .cancelBusy,
      .deleteBusy, .downloadBusy:
      .unavailable("The service is currently unavailable.")
    case .createInternal, .createMadeInternal:
      Refusal(code: 500, status: "INTERNAL", message: "An internal error has occurred.")
    case .createExhausted: .exhausted("Resource has been exhausted (e.g. check quota).")
    case .createPrecondition: .precondition
    case .createMissing:
      .permissionDenied("You do not have permission to access the File or it may not exist.")
    case .pollMissing, .downloadMissing: .notFound("Requested entity was not found.")
    case .uploadGone: .notFound("Upload session not found.")
    default: nil
    }
  }
}

extension Refusal {
  /// Said of a file that is still PROCESSING.
  static let precondition = Refusal(
    code: 400, status: "FAILED_PRECONDITION", message: "Precondition check failed.")
}

extension FaultRules {
  /// All faults that strike an operation on files or jobs.
  mutating func faults(
    at operation: BatchFault.Operation, _ subject: FaultRule.Subject
  ) -> Set<BatchFault> {
    var found: Set<BatchFault> = []
    forEachRule { rule in
      guard case .batch(let fault) = rule.fault, fault.operation == operation,
        rule.strikes(subject)
      else { return }
      found.insert(fault)
    }
    return found
  }

  /// Whether any rule is about an operation.
  mutating func areAny(at operation: BatchFault.Operation) -> Bool {
    var isAny = false
    forEachRule { rule in
      if case .batch(let fault) = rule.fault, fault.operation == operation { isAny = true }
    }
    return isAny
  }
}
