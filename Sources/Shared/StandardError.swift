import Glibc
import Synchronization

/// stderr: messages line by line, and the one progress line below them.
///
/// Several tools of a pipe write to one terminal, and one of them draws: each
/// wipes the line that it writes on and what is below, whoever drew there.
public enum StandardError {
  private struct State {
    var progress = ""
    var lastDraw: UInt64 = 0
  }
  private static let state = Mutex(State())
  /// Whether a progress line is on the screen; for signal handlers.
  private static let isDrawing = Atomic<Bool>(false)
  /// The longest line in columns.
  private static let maximumColumns = 600

  /// Writes one line. Control characters in it, which may come from anybody's
  /// data, are shown as `\x1b`, so that no input drives the terminal.
  public static func line(_ text: String) {
    state.withLock { state in
      var shown = sanitized(text).elided(columns: maximumColumns) + "\n"
      if Terminal.isUsable || !state.progress.isEmpty { shown = "\(Terminal.wipe)" + shown }
      if !state.progress.isEmpty { shown += Terminal.below(state.progress) }
      emit(Array(shown.utf8))
    }
  }

  /// Writes several lines that hold nothing from outside but the command line.
  static func text(_ text: String) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      self.line(String(line))
    }
  }

  /// Shows `text` as the progress line, at most ten times a second, cut to the
  /// terminal's width.
  static func draw(_ text: () -> String) {
    state.withLock { state in
      let now = Monotonic.nanoseconds()
      guard now &- state.lastDraw >= 100_000_000 else { return }
      state.lastDraw = now
      guard Terminal.isInForeground else { return }
      var shown = sanitized(text())
      // A letter in the last column makes some terminals go on to the next line.
      if let columns = Terminal.columns { shown = shown.prefix(columns: columns - 1) }
      state.progress = shown
      isDrawing.store(true, ordering: .relaxed)
      emit(Array("\(Terminal.wipe)\(Terminal.below(shown))".utf8))
    }
  }

  /// Wipes the progress line.
  static func endDrawing() {
    state.withLock { state in
      guard !state.progress.isEmpty else { return }
      state.progress = ""
      isDrawing.store(false, ordering: .relaxed)
      emit(Array("\(Terminal.wipe)".utf8))
    }
  }

  /// Wipes the progress line from a signal handler, where no lock may be
  /// waited for.
  static func wipeFromHandler() {
    guard isDrawing.load(ordering: .relaxed) else { return }
    _ = unsafe write(2, Terminal.wipe.utf8Start, Terminal.wipe.utf8CodeUnitCount)
  }

  /// `text` with control characters spelled out.
  static func sanitized(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var shown = ""
    for scalar in text.unicodeScalars {
      if isControl(scalar) {
        let digits = String(scalar.value, radix: 16)
        shown += "\\x" + (digits.count < 2 ? "0" : "") + digits
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }

  /// C0, DEL and C1, and the marks that turn the direction of writing.
  private static func isControl(_ scalar: UnicodeScalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029: true
    default: false
    }
  }

  /// There is nobody left to tell if this fails.
  private static func emit(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        return
      }
      rest = rest.dropFirst(count)
    }
  }
}

/// The clock that only goes forward.
public enum Monotonic {
  /// Nanoseconds since some moment before the start.
  public static func nanoseconds() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Seconds since the same moment.
  public static func seconds() -> Double { Double(nanoseconds()) / 1e9 }
}
