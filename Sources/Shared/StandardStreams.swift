import Glibc
import Synchronization

/// What a process may count on of descriptors 0, 1 and 2.
public enum StandardStreams {
  private static let isInputClosed = Atomic<Bool>(false)

  /// What messages of the streams begin with.
  static let toolName = Mutex("")

  /// Says what the tool waits for when it reads what a person types.
  public static func announceInput() {
    guard isatty(0) == 1, isatty(2) == 1 else { return }
    let name = toolName.withLock(\.self)
    StandardError.line(
      "\(name): reading rows from the terminal until Ctrl-D; see --help")
  }

  /// Whether the tool was started without a stdin.
  static var hasNoInput: Bool { isInputClosed.load(ordering: .relaxed) }

  /// Opens `/dev/null` in place of each that is closed, else the next file to
  /// be opened would take its number; to be called before anything is opened.
  ///
  /// - Throws: if stdout is closed: there is nothing to work for.
  public static func check() throws(ToolError) {
    var isOutputClosed = false
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
      if descriptor == 0 { isInputClosed.store(true, ordering: .relaxed) }
      if descriptor == 1 { isOutputClosed = true }
      // The lowest free number is this one.
      _ = unsafe open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY)
    }
    if isOutputClosed { throw ToolError("<stdout>: \(SystemError(code: EBADF))") }
  }
}
