import Glibc
import Synchronization

/// SIGINT and SIGTERM: the first one asks the tool to finish what it has in
/// hand, a second one ends it at once.
public enum Interrupt {
  /// 0, or the signal that arrived.
  private static let signal = Atomic<Int32>(0)
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

  /// Installs the handlers; to be called once, first thing in `main`. Neither
  /// signal is caught if the tool was started with it ignored (`nohup`, `&`).
  static func install() {
    var ends: [Int32] = [-1, -1]
    guard unsafe Glibc.pipe(&ends) == 0 else { return }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    pipe.store(ends[0], ordering: .relaxed)
    pipeEnd.store(ends[1], ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      var old = sigaction()
      guard unsafe sigaction(number, nil, &old) == 0, !isIgnored(old) else { continue }
      var action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = { number in Interrupt.note(number) }
      // No SA_RESTART: a blocked read or write must return.
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
      _ = unsafe sigaction(number, &action, nil)
    }
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    let handler = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    return unsafe handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Runs in the signal handler: only atomics and write(2) are allowed here.
  private static func note(_ number: Int32) {
    let saved = errno
    signal.store(number, ordering: .relaxed)
    var byte: UInt8 = 0
    _ = unsafe write(pipeEnd.load(ordering: .relaxed), &byte, 1)
    errno = saved
  }

  /// Dies of the signal, so that the shell sees 130 or 143. Everything must
  /// have been flushed.
  static func reraise(_ number: Int32) -> Never {
    _ = Glibc.signal(number, SIG_DFL)
    raise(number)
    exit(128 + number)
  }
}
