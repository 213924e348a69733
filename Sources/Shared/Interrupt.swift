import Glibc
import Synchronization

/// SIGINT, SIGTERM and SIGHUP: the first one asks the tool to finish what it
/// has in hand, a second one ends it at once. SIGPIPE is ignored, so that a
/// reader that has gone is an error of `write` (`EPIPE`), and SIGXFSZ, so that
/// a file over `ulimit -f` is one too (`EFBIG`).
public enum Interrupt {
  /// 0, or the signal that arrived.
  private static let signal = Atomic<Int32>(0)
  private static let isOutputClosed = Atomic<Bool>(false)
  /// A pipe that becomes readable with the signal, so that a wait in `poll`
  /// that begins at the same moment does not miss it.
  private static let pipe = Atomic<Int32>(-1)
  private static let pipeEnd = Atomic<Int32>(-1)

  /// The signal that asked the tool to stop, nil if none did.
  public static var requested: Int32? {
    let value = signal.load(ordering: .relaxed)
    return value == 0 ? nil : value
  }

  /// Becomes readable when a signal arrives, and stays so.
  public static var descriptor: Int32 { pipe.load(ordering: .relaxed) }

  /// Waits until something can be read; false after a signal to stop.
  public static func waitForInput(_ input: Int32) -> Bool {
    guard requested == nil else { return false }
    var entries = [
      pollfd(fd: input, events: Int16(POLLIN), revents: 0),
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
    ]
    while unsafe poll(&entries, 2, -1) < 0, errno == EINTR {
      if requested != nil { return false }
    }
    return requested == nil
  }

  /// Waits for time to pass; false after a signal to stop, also one that came
  /// before.
  public static func sleep(_ seconds: Double) -> Bool {
    let end = Monotonic.seconds() + seconds
    while requested == nil {
      let left = end - Monotonic.seconds()
      guard left > 0 else { return true }
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      _ = unsafe poll(&entry, 1, Int32(min(left * 1000, 60_000).rounded(.up)))
    }
    return false
  }

  /// Whether the reader of stdout has gone.
  public static var hasOutputClosed: Bool { isOutputClosed.load(ordering: .relaxed) }

  /// Records that the reader of stdout has gone: the tool is to end as SIGPIPE
  /// ends one.
  static func outputHasClosed() { isOutputClosed.store(true, ordering: .relaxed) }

  /// Whether the tool is to end by a signal.
  public static var isEnding: Bool { endingSignal != nil }

  /// The signal by which the tool is to end, if any.
  static var endingSignal: Int32? { requested ?? (hasOutputClosed ? SIGPIPE : nil) }

  /// Installs the handlers; to be called once, when descriptors 0 to 2 are
  /// known to be open. A signal that was ignored when the tool was started
  /// (`nohup`, `&`) stays so.
  static func install() throws(ToolError) {
    var ends: [Int32] = [-1, -1]
    guard unsafe Glibc.pipe(&ends) == 0 else {
      throw ToolError("cannot make a pipe: \(SystemError())")
    }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    pipe.store(ends[0], ordering: .relaxed)
    pipeEnd.store(ends[1], ordering: .relaxed)
    _ = Glibc.signal(SIGPIPE, SIG_IGN)
    _ = Glibc.signal(SIGXFSZ, SIG_IGN)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      var old = sigaction()
      guard unsafe sigaction(number, nil, &old) == 0, !isIgnored(old) else { continue }
      var action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = { number in Interrupt.record(number) }
      // No SA_RESTART: a blocked read or write must return.
      _ = unsafe sigaction(number, &action, nil)
      unblock(number)
    }
  }

  /// Has Ctrl-Z leave the terminal without a progress line. To be called by
  /// who draws one.
  static func installPause() {
    var old = sigaction()
    guard unsafe sigaction(SIGTSTP, nil, &old) == 0, !isIgnored(old) else { return }
    _ = Glibc.signal(SIGTSTP) { number in
      let saved = errno
      StandardError.wipeFromHandler()
      _ = Glibc.signal(number, SIG_DFL)
      raise(number)
      // The process stops here, until SIGCONT.
      Interrupt.unblock(number)
      Interrupt.installPause()
      errno = saved
    }
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    let handler = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    return unsafe handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// A parent may have left the signal blocked.
  private static func unblock(_ number: Int32) {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, number)
    unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  /// Runs in the signal handler: only what POSIX calls async-signal-safe is
  /// allowed here.
  private static func record(_ number: Int32) {
    let saved = errno
    if signal.exchange(number, ordering: .relaxed) != 0 {
      StandardError.wipeFromHandler()
      // Blocked until the handler returns, and then at once the end.
      _ = Glibc.signal(number, SIG_DFL)
      raise(number)
    }
    var byte: UInt8 = 0
    _ = unsafe write(pipeEnd.load(ordering: .relaxed), &byte, 1)
    errno = saved
  }

  /// Dies of the signal, so that the shell sees 130 or 143. Everything must
  /// have been flushed.
  static func reraise(_ number: Int32) -> Never {
    _ = Glibc.signal(number, SIG_DFL)
    unblock(number)
    raise(number)
    _exit(128 + number)
  }
}
