import Glibc

/// Buffered writing to a file descriptor, every write checked.
///
/// A reader that has gone away ends the process as SIGPIPE does, also where
/// somebody has the signal ignored.
public struct ByteWriter: ~Copyable {
  private let descriptor: Int32
  private let name: String
  private var buffer: [UInt8] = []
  private let isSynced: Bool
  /// After a signal to stop: when waiting for the reader ends.
  private var stopTime: Double?
  private static let capacity = 256 * 1024

  /// - Parameters:
  ///   - descriptor: closed by `close()`.
  ///   - name: what messages call it, such as `<stdout>`.
  ///   - isSynced: whether `close()` waits until the disk has it all.
  public init(descriptor: Int32, name: String, isSynced: Bool = false) {
    self.descriptor = descriptor
    self.name = name
    self.isSynced = isSynced
    buffer.reserveCapacity(Self.capacity)
  }

  /// Writes to stdout, where nobody has to read for a signal to be heard.
  public static func standardOutput() -> ByteWriter {
    ByteWriter(descriptor: OutputQueue.nonblocking(1) ?? 1, name: "<stdout>")
  }

  /// Appends `bytes`.
  public mutating func write(_ bytes: Span<UInt8>) throws(ToolError) {
    if buffer.count + bytes.count > Self.capacity {
      try flush()
      if bytes.count >= Self.capacity {
        try emit(bytes)
        return
      }
    }
    unsafe bytes.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
  }

  /// Appends `line` and a line feed.
  public mutating func writeLine(_ line: [UInt8]) throws(ToolError) {
    try writeLine(line.span)
  }

  /// Appends `line` and a line feed.
  public mutating func writeLine(_ line: Span<UInt8>) throws(ToolError) {
    try write(line)
    if buffer.count == Self.capacity { try flush() }
    buffer.append(0x0A)
  }

  /// Hands what was appended to the system.
  public mutating func flush() throws(ToolError) {
    guard !buffer.isEmpty else { return }
    let bytes = buffer
    buffer = []
    try emit(bytes.span)
    buffer = bytes
    buffer.removeAll(keepingCapacity: true)
  }

  /// Flushes and closes; some systems tell of a full disk only now.
  public consuming func close() throws(ToolError) {
    try flush()
    if isSynced, fsync(descriptor) != 0 { throw failure(errno) }
    guard Glibc.close(descriptor) == 0 else { throw failure(errno) }
  }

  private mutating func emit(_ bytes: Span<UInt8>) throws(ToolError) {
    var done = 0
    while done < bytes.count {
      let rest = bytes.extracting(done...)
      let count = unsafe rest.withUnsafeBufferPointer {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count >= 0 {
        done += count
        continue
      }
      switch errno {
      case EINTR, EAGAIN: try waitForReader()
      case EPIPE: Interrupt.reraise(Interrupt.requested ?? SIGPIPE)
      default: throw failure(errno)
      }
    }
  }

  /// Waits until the reader takes more; after a signal to stop it has three
  /// seconds in all.
  private mutating func waitForReader() throws(ToolError) {
    let isStopping = Interrupt.requested != nil
    var entries = [
      pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0),
      pollfd(fd: isStopping ? -1 : Interrupt.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    var milliseconds: Int32 = -1
    if isStopping {
      let now = Monotonic.seconds()
      let end = stopTime ?? now + 3
      stopTime = end
      milliseconds = Int32(max(0, (end - now) * 1000))
    }
    let ready = unsafe poll(&entries, 2, milliseconds)
    if ready == 0 { throw ToolError("\(name): nobody reads it any more") }
  }

  private func failure(_ code: Int32) -> ToolError {
    ToolError("\(name): \(SystemError(code: code))")
  }
}
