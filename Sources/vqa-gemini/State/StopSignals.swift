import Glibc

/// The signals by which a terminal stops a process; SIGSTOP cannot be held back.
enum StopSignals {
  /// Does something during which a key press does not stop the process, since
  /// others would wait for it.
  static func blocked<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let mask = block()
    defer { restore(mask) }
    return try body()
  }

  /// Holds them back.
  ///
  /// - Returns: what `restore` takes.
  private static func block() -> sigset_t {
    var signals = sigset_t()
    var old = sigset_t()
    unsafe sigemptyset(&signals)
    for signal in [SIGTSTP, SIGTTIN, SIGTTOU] { unsafe sigaddset(&signals, signal) }
    unsafe pthread_sigmask(SIG_BLOCK, &signals, &old)
    return old
  }

  /// Lets them through again, as before `block`.
  private static func restore(_ mask: sigset_t) {
    var mask = mask
    unsafe pthread_sigmask(SIG_SETMASK, &mask, nil)
  }
}
