import Glibc

/// The signals by which a terminal stops a process; SIGSTOP cannot be held back.
enum StopSignals {
  /// Holds them back.
  ///
  /// - Returns: what `restore` takes.
  static func block() -> sigset_t {
    var signals = sigset_t()
    var old = sigset_t()
    unsafe sigemptyset(&signals)
    for signal in [SIGTSTP, SIGTTIN, SIGTTOU] { unsafe sigaddset(&signals, signal) }
    unsafe pthread_sigmask(SIG_BLOCK, &signals, &old)
    return old
  }

  /// Lets them through again, as before `block`.
  static func restore(_ mask: sigset_t) {
    var mask = mask
    unsafe pthread_sigmask(SIG_SETMASK, &mask, nil)
  }
}
