import Glibc
import Shared
import Synchronization

/// Threads that take jobs from a queue and put results into a mailbox, which
/// a loop over `poll` can wait for. Without threads a job is done at once by
/// the one who submits it.
final class JobPool<Job: Sendable, Result: Sendable>: Sendable {
  private struct State {
    var jobs: [Job] = []
    var results: [Result] = []
  }

  private let state = Mutex(State())
  private let work: @Sendable (Job) -> Result
  private let threadCount: Int
  /// One byte for each job that a thread may take.
  private let jobPipe: (read: Int32, write: Int32)
  /// Holds a byte while there are results.
  private let resultPipe: (read: Int32, write: Int32)

  /// - Parameter threads: 0 or more.
  init(threads: Int, work: @escaping @Sendable (Job) -> Result) throws(ToolError) {
    self.work = work
    threadCount = threads
    jobPipe = try Self.makePipe()
    resultPipe = try Self.makePipe()
    for _ in 0..<threads { try startThread() }
  }

  /// Becomes readable when `takeResults` has something to give.
  var descriptor: Int32 { resultPipe.read }

  func submit(_ job: Job) {
    guard threadCount > 0 else {
      deliver(work(job))
      return
    }
    state.withLock { $0.jobs.append(job) }
    Self.post(jobPipe.write)
  }

  /// Takes back the jobs that no thread has begun.
  func withdraw() -> [Job] {
    state.withLock {
      let jobs = $0.jobs
      $0.jobs = []
      return jobs
    }
  }

  /// The results that have come since it was last asked.
  func takeResults() -> [Result] {
    state.withLock {
      guard !$0.results.isEmpty else { return [] }
      var byte: UInt8 = 0
      _ = unsafe read(resultPipe.read, &byte, 1)
      let results = $0.results
      $0.results = []
      return results
    }
  }

  private func deliver(_ result: Result) {
    state.withLock {
      if $0.results.isEmpty { Self.post(resultPipe.write) }
      $0.results.append(result)
    }
  }

  /// A thread's life: it ends with the process.
  fileprivate func run() -> Never {
    while true {
      var byte: UInt8 = 0
      _ = unsafe read(jobPipe.read, &byte, 1)
      let job = state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
      if let job { deliver(work(job)) }
    }
  }

  private func startThread() throws(ToolError) {
    var thread = pthread_t()
    let context = unsafe Unmanaged.passRetained(self)
    let code = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        let pool = unsafe Unmanaged<AnyObject>.fromOpaque(context).takeRetainedValue()
        (pool as? any Runnable)?.run()
        return nil
      },
      context.toOpaque())
    guard code == 0 else { throw ToolError("cannot start a thread: \(SystemError(code: code))") }
    pthread_detach(thread)
  }

  private static func makePipe() throws(ToolError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw ToolError("cannot make a pipe: \(SystemError())") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func post(_ descriptor: Int32) {
    var byte: UInt8 = 0
    while unsafe write(descriptor, &byte, 1) < 0, errno == EINTR {}
  }
}

/// A thread's work as C sees it: without the generic types.
private protocol Runnable: AnyObject {
  func run() -> Never
}

extension JobPool: Runnable {}
