import Glibc

/// The words of this process's command line.
enum ProcessArguments {
  /// All words, the first of which names the program; empty if they cannot be
  /// known. Swift finds them on the stack by the address of the environment,
  /// which is elsewhere when a preloaded library (LD_PRELOAD) has changed that;
  /// then the system is asked (proc_pid_cmdline(5)).
  static func current() -> [String] {
    let found = CommandLine.arguments
    return found.isEmpty ? words(of: contents("/proc/self/cmdline")) : found
  }

  /// Each word is ended by a zero byte. What is not UTF-8 is replaced, as Swift
  /// does.
  static func words(of bytes: [UInt8]) -> [String] {
    bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes of a file that does not tell its size; empty if there is none.
  private static func contents(_ path: String) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }
}
