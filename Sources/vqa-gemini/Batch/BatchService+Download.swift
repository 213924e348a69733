import HTTP
import Shared

extension BatchService {
  /// Fetches the result of a job; a download that breaks begins anew, since no
  /// source shows that a range can be had.
  ///
  /// - Parameter lines: how many lines the job has; a shorter file is fetched
  ///   once more before it is believed. 0 if not known.
  /// - Returns: the file, and what is in it.
  mutating func download(
    _ name: String, in project: Int, lines: Int, folder: String
  ) throws(DownloadFailure) -> (ResultFile, ResultSurvey) {
    var attempt = 1
    var shorter: Int?
    while true {
      let failure: BatchFailure
      do throws(DownloadFailure) {
        let file = try downloadOnce(name, in: project, folder: folder)
        let survey: ResultSurvey
        do throws(ToolError) { survey = try ResultSurvey(file) } catch { throw .local(error) }
        let count = survey.lines + survey.strange
        if count >= lines || shorter == count { return (file, survey) }
        shorter = count
        failure = .transient("the result has \(count) lines of \(lines)", isLikelyRefused: true)
      } catch {
        guard case .remote(let reason) = error, reason.isTransient || reason.isMissing else {
          throw error
        }
        failure = reason
      }
      guard attempt <= Self.tries else { throw .remote(failure) }
      do throws(BatchFailure) { try pause(backoff(attempt)) } catch { throw .remote(error) }
      attempt += 1
    }
  }

  private mutating func downloadOnce(
    _ name: String, in project: Int, folder: String
  ) throws(DownloadFailure) -> ResultFile {
    let file: ResultFile
    do throws(ToolError) { file = try ResultFile(in: folder) } catch { throw .local(error) }
    let paths = ["/\(version)/", "/download/\(version)/"]
    for (index, prefix) in paths.enumerated() {
      file.clear()
      guard let key = projects[project].keys.first else {
        throw .remote(.unusable(projects[project].refusal ?? "no key"))
      }
      let head: ResponseHead
      do throws(TransportError) {
        head = try fetcher.fetch(
          "\(address)\(prefix)\(name):download?alt=media",
          headers: ["x-goog-api-key: \(key.secret)"], into: file)
      } catch {
        do throws(ToolError) { try file.check() } catch { throw .local(error) }
        guard Interrupt.requested == nil else { throw .remote(.interrupted) }
        throw .remote(
          .transient(judge.redactor.redacted(error.message), isLikelyRefused: true))
      }
      guard head.status != 200 else { return file }
      let failure = failure(
        of: Response(status: head.status, headers: head.headers, body: file.refusal))
      if case .missing = failure, index + 1 < paths.count { continue }
      throw .remote(failure)
    }
    throw .remote(.missing(name))
  }
}

/// Why a result was not fetched.
enum DownloadFailure: Error {
  /// On this machine: the run cannot go on.
  case local(ToolError)
  case remote(BatchFailure)
}
