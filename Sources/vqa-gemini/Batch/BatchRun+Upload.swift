import Glibc
import Shared

/// Files of parts, from here to the service. A file has a name beside the cache
/// until the service has it, so that an upload outlasts the process.
extension BatchRun {
  /// Submits the part that is being written.
  func closePart() throws {
    guard var part = open.part else { return }
    guard part.lines > 0, let project = projectIndex(of: part) else { return try dropPart() }
    guard var written = open.file.take() else { return try dropPart() }
    let path = try written.finish(keptAt: keptPath(of: part))
    do throws(BatchFailure) {
      let file = try written.opened(at: path)
      part.digest = file.digest
      try? journal.save(part)
      try upload(file, &part, in: project)
    } catch {
      try dropPart()
      return try uploadFailed(error, part, in: project)
    }
    open.part = nil
    try uploaded(part)
    try advance(part)
  }

  /// Goes on with an upload that a process has left which was killed.
  ///
  /// - Returns: whether the service has the file; if not, its lines are free.
  func resume(_ part: inout BatchPart, in project: Int) throws -> Bool {
    guard !plan.cancels, try journal.isUntouched(part) else {
      try abandon(part, in: project)
      return false
    }
    do throws(BatchFailure) {
      let file = try UploadFile(keptPath(of: part))
      guard file.digest == part.digest else {
        throw .refused("\(keptPath(of: part)): it is not what was being uploaded")
      }
      progress.line("\(part.name): its upload goes on")
      try upload(file, &part, in: project)
    } catch {
      if error == .interrupted { return false }
      // It is written again.
      progress.warning("\(part.name): \(error.message)")
      try abandon(part, in: project)
      return false
    }
    try uploaded(part)
    return true
  }

  /// Uploads the file of a part, or what is left of it.
  private func upload(
    _ file: borrowing UploadFile, _ part: inout BatchPart, in project: Int
  ) throws(BatchFailure) {
    var noted = part
    let journal = journal
    let name = try service.upload(file, named: part.name, to: part.upload, in: project) { address in
      // If it cannot be noted, a killed process's upload begins anew.
      noted.upload = address
      try? journal.save(noted)
    }
    part.fileArrived(name)
  }

  private func uploaded(_ part: BatchPart) throws {
    uploadedHere.insert(part.id)
    try journal.save(part)
    removeKept(part)
  }

  /// Where the file of a part is while it is uploaded.
  private func keptPath(of part: BatchPart) -> String { "\(journal.path)-\(part.name).jsonl" }

  /// Removes the file of a part that is uploaded or given up.
  func removeKept(_ part: BatchPart) { _ = unsafe unlink(keptPath(of: part)) }

  private func uploadFailed(
    _ error: BatchFailure, _ part: BatchPart, in project: Int
  ) throws {
    switch error {
    case .interrupted: return
    case .unusable: needsPass = true
    case .throttled(let message):
      service.projects[project].fullUntil = Timestamp.now() + interval
      try halveIfAlone(part, in: project)
      try countThrottle(message, in: project)
      // Perhaps another project can take it.
      needsPass = true
    case .refused(let message), .missing(let message), .notReady(let message):
      stop = .hopeless("the file of a batch is refused: \(message)")
    case .transient(let message, _):
      progress.warning("the upload of a batch failed: \(message)")
      pause = "the upload of a batch failed: \(message)"
      countFailure(message)
    }
  }
}
