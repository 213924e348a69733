import Glibc

/// A thread for work that waits or takes long, which Swift's pool is not for.
/// Its owner joins it, once: a process that exits while threads run may crash
/// in the clean-up of its libraries. Only one that may wait for ever is
/// detached instead.
public struct Thread: Sendable {
  private let thread: pthread_t

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a thread that runs `body` and ends. Signals go to other threads.
  public init(_ body: @escaping @Sendable () -> Void) throws(ToolError) {
    var signals = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&signals)
    unsafe pthread_sigmask(SIG_SETMASK, &signals, &before)
    let box = unsafe Unmanaged.passRetained(Body(run: body))
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, box.toOpaque())
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    self.thread = thread
    guard status == 0 else {
      unsafe box.release()
      throw ToolError("cannot start a thread: \(SystemError(code: status))")
    }
  }

  /// Waits until it has ended.
  public func join() {
    pthread_join(thread, nil)
  }

  /// Leaves it to itself, where the process is about to end: for a thread that
  /// waits for input that nobody needs any more.
  public func detach() {
    pthread_detach(thread)
  }
}
