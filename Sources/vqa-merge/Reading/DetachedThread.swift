import Glibc
import Shared

/// A thread of its own for work that waits: Swift's pool is for work that
/// does not.
enum DetachedThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a thread that runs `body` and ends; nobody waits for it.
  static func start(_ body: @escaping @Sendable () -> Void) throws(ToolError) {
    let box = unsafe Unmanaged.passRetained(Body(run: body))
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, box.toOpaque())
    guard status == 0 else {
      unsafe box.release()
      throw ToolError("cannot start a thread: \(SystemError(code: status))")
    }
    pthread_detach(thread)
  }
}
