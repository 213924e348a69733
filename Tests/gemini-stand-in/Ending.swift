#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What ends the server: SIGINT, SIGTERM, or the end of standard input.
struct Ending {
  private var signals = sigset_t()

  /// To be made before any thread is: the threads must not take the signals.
  init() {
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGINT)
    unsafe sigaddset(&signals, SIGTERM)
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  mutating func wait(orEndOfInput: Bool) {
    if orEndOfInput {
      var thread = pthread_t()
      unsafe pthread_create(
        &thread, nil,
        { _ in
          var byte: UInt8 = 0
          while unsafe read(0, &byte, 1) > 0 {}
          kill(getpid(), SIGTERM)
          return nil
        }, nil)
    }
    var signal: Int32 = 0
    unsafe sigwait(&signals, &signal)
  }
}
