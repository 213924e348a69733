import NIOCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The JSON Lines file that tells what the server was asked.
///
/// Rows are gathered for a moment and written together; `flush` before they
/// are read. A log that cannot be written ends the program: a test that judges
/// half a log would be wrong.
final class RequestLog {
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var isScheduled = false

  /// - Throws: `IOError` where the file cannot be made.
  init(path: String) throws {
    descriptor = try Files.open(path, O_WRONLY | O_CREAT | O_APPEND)
  }

  func append(_ row: [UInt8], on loop: any EventLoop) {
    buffer.append(contentsOf: row)
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count > 1 << 16 { flush() }
    guard !isScheduled, !buffer.isEmpty else { return }
    isScheduled = true
    loop.assumeIsolated().scheduleTask(in: .milliseconds(20)) {
      self.isScheduled = false
      self.flush()
    }
  }

  func flush() {
    do {
      try Files.write(buffer, to: descriptor)
    } catch {
      print("gemini-stand-in: the log: \(error)")
      exit(2)
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
