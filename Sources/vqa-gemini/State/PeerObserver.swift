import Glibc
import Shared

/// Looks at the processes whose answers this one waits for. One that is stopped
/// (Ctrl-Z, a debugger) may never go on, so it is not waited for long.
final class PeerObserver {
  /// Seconds that a stopped process is waited for.
  static let patience = 60.0

  /// When a process was first seen stopped.
  private var stopped: [Int32: Double] = [:]
  /// Whether a process is stopped, and when that was looked up.
  private var lookups: [Int32: (isStopped: Bool, time: Double)] = [:]

  /// Whether a living process has been stopped for so long that what it asks
  /// may be asked again.
  func isAbandoned(_ process: Int32, now: Double) -> Bool {
    guard isStopped(process, now: now) else {
      stopped[process] = nil
      return false
    }
    guard let since = stopped[process] else {
      stopped[process] = now
      StandardError.line(
        "vqa-gemini: process \(process), which asks some of the same questions, is stopped; they "
          + "are asked again unless it goes on within \(Int(Self.patience)) s")
      return false
    }
    return now - since >= Self.patience
  }

  /// Many questions are often asked by one process: it is looked at ten times a
  /// second at most.
  private func isStopped(_ process: Int32, now: Double) -> Bool {
    if let known = lookups[process], now - known.time < 0.1 { return known.isStopped }
    let isStopped = Self.state(of: process).map {
      $0 == UInt8(ascii: "T") || $0 == UInt8(ascii: "t")
    }
    lookups[process] = (isStopped ?? false, now)
    return isStopped ?? false
  }

  /// The state of a process, the letter of `/proc/PID/stat` (proc_pid_stat(5));
  /// nil if it cannot be seen, as in another container.
  static func state(of process: Int32) -> UInt8? {
    let descriptor = unsafe open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 512)
    let count = unsafe read(descriptor, &buffer, buffer.count)
    // The name of the program, in parentheses, may hold any byte.
    guard count > 0, let end = buffer[..<count].lastIndex(of: UInt8(ascii: ")")),
      end + 2 < count
    else { return nil }
    return buffer[end + 2]
  }
}
