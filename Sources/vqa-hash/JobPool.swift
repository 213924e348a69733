import Glibc
import Shared

/// Threads that take jobs from a queue and put results into a mailbox, which
/// a loop over `poll` can wait for.
final class JobPool<Job: Sendable, Result: Sendable>: Sendable {
  private struct Queue {
    /// A few more than threads, at most.
    var jobs: [Job] = []
    var isEnding = false
  }

  private let queue = Monitor(Queue())
  private let results = Monitor<[Result]>([])
  private let threads = Monitor<[Thread]>([])
  private let work: @Sendable (Job) -> Result
  /// Holds a byte while there are results.
  private let pipe: (read: Int32, write: Int32)

  /// - Parameter threads: 1 or more.
  init(threads: Int, work: @escaping @Sendable (Job) -> Result) throws(ToolError) {
    self.work = work
    pipe = try Self.makePipe()
    for _ in 0..<threads {
      do throws(ToolError) {
        let thread = try Thread { [self] in run() }
        self.threads.change { $0.append(thread) }
      } catch {
        close()
        throw error
      }
    }
  }

  deinit {
    Glibc.close(pipe.read)
    Glibc.close(pipe.write)
  }

  /// Becomes readable when `takeResults` has something to give.
  var descriptor: Int32 { pipe.read }

  func submit(_ job: Job) { queue.change { $0.jobs.append(job) } }

  /// Takes back the jobs that no thread has begun.
  func withdraw() -> [Job] {
    queue.change {
      let jobs = $0.jobs
      $0.jobs = []
      return jobs
    }
  }

  /// The results that have come since it was last asked.
  func takeResults() -> [Result] {
    results.change {
      guard !$0.isEmpty else { return [] }
      var byte: UInt8 = 0
      _ = unsafe read(pipe.read, &byte, 1)
      let results = $0
      $0 = []
      return results
    }
  }

  /// Waits for the jobs that threads have begun and ends the threads; nothing
  /// may be submitted after it.
  func close() {
    for thread in end() { thread.join() }
  }

  /// Ends the threads without waiting for them, where the process is about to
  /// end by a signal.
  func abandon() {
    for thread in end() { thread.detach() }
  }

  /// Has the threads end after what they are at; gives those that nobody has
  /// been given yet.
  private func end() -> [Thread] {
    queue.change {
      $0.jobs = []
      $0.isEnding = true
    }
    return threads.change {
      let running = $0
      $0 = []
      return running
    }
  }

  /// A thread's life.
  private func run() {
    while let job = next() { deliver(work(job)) }
  }

  /// The next job; nil when the pool ends.
  private func next() -> Job? {
    queue.wait { queue -> Job?? in
      if queue.isEnding { return .some(nil) }
      return queue.jobs.isEmpty ? nil : .some(queue.jobs.removeFirst())
    }
  }

  private func deliver(_ result: Result) {
    results.change {
      if $0.isEmpty {
        var byte: UInt8 = 0
        while unsafe write(pipe.write, &byte, 1) < 0, errno == EINTR {}
      }
      $0.append(result)
    }
  }

  private static func makePipe() throws(ToolError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard unsafe Glibc.pipe(&ends) == 0 else {
      throw ToolError("cannot make a pipe: \(SystemError())")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }
}
