import Glibc

/// Bytes on their way to stdout: as many as the reader takes are written
/// without waiting for it, the others are kept.
///
/// A pipe or a terminal is written through an open file description of its
/// own, so that `O_NONBLOCK` is not set for the other processes that share
/// stdout. Where that cannot be had, at most `PIPE_BUF` bytes are written when
/// `poll` says that they fit. Regular files are written at once.
struct OutputQueue: ~Copyable {
  /// How bytes are written without waiting.
  private enum Mode {
    /// Writing does not wait for a reader: a file.
    case file
    /// `descriptor` is our own and does not block.
    case nonblocking
    case socket
    /// Only `PIPE_BUF` bytes at a time are sure not to wait.
    case shared
  }

  /// What became of the reader.
  enum State: Equatable {
    case open
    /// The reader is gone: what is appended is dropped.
    case closed
    /// Writing failed with this message: what is appended is dropped.
    case failed(String)
  }

  /// Bytes that are gathered before they are written.
  private static let chunk = 256 * 1024
  /// The buffer's capacity that is kept when it is empty.
  private static let keptCapacity = 4 << 20

  private let descriptor: Int32
  private let mode: Mode
  private let name: String
  /// `buffer[start...]` is to be written.
  private var buffer: [UInt8] = []
  private var start = 0
  private(set) var state = State.open
  /// Whether the last write found no space: `poll` must say when there is.
  private(set) var isBlocked = false

  /// A queue in front of `descriptor`, which messages call `name`.
  init(descriptor: Int32 = 1, name: String = "<stdout>") {
    self.name = name
    (self.descriptor, mode) = Self.prepare(descriptor)
    buffer.reserveCapacity(Self.chunk)
  }

  deinit { if mode == .nonblocking { Glibc.close(descriptor) } }

  private static func prepare(_ descriptor: Int32) -> (Int32, Mode) {
    if let own = nonblocking(descriptor) { return (own, .nonblocking) }
    var info = stat()
    guard unsafe fstat(descriptor, &info) == 0 else { return (descriptor, .file) }
    return switch info.st_mode & S_IFMT {
    case S_IFSOCK: (descriptor, .socket)
    case S_IFIFO: (descriptor, .shared)
    case S_IFCHR where isatty(descriptor) == 1: (descriptor, .shared)
    default: (descriptor, .file)
    }
  }

  /// A new open file description of a pipe or a terminal that does not block;
  /// nil for anything else, and where it cannot be had.
  static func nonblocking(_ descriptor: Int32) -> Int32? {
    var info = stat()
    guard unsafe fstat(descriptor, &info) == 0 else { return nil }
    guard info.st_mode & S_IFMT == S_IFIFO || isatty(descriptor) == 1 else { return nil }
    let own = unsafe open(
      "/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    return own < 0 ? nil : own
  }

  /// The number of bytes that the reader has not taken.
  var count: Int { buffer.count - start }

  /// What to wait for: an entry for `poll`. A reader that goes away is told
  /// also where nothing is to be written.
  var pollEntry: pollfd {
    guard state == .open, mode != .file else { return pollfd(fd: -1, events: 0, revents: 0) }
    return pollfd(fd: descriptor, events: isBlocked ? Int16(POLLOUT) : 0, revents: 0)
  }

  /// Takes what `poll` said of `pollEntry`.
  mutating func update(_ events: Int16) {
    // A reader that has gone is reported as an error, on a terminal as hang-up.
    if events & Int16(POLLERR | POLLHUP) != 0, mode != .socket { drop(.closed) }
    if events != 0 { isBlocked = false }
  }

  /// Appends `line` and a line feed.
  mutating func writeLine(_ line: Span<UInt8>) {
    guard state == .open else { return }
    buffer.append(line)
    buffer.append(0x0A)
    if count >= Self.chunk, !isBlocked { write() }
  }

  /// Writes as much as the reader takes now.
  mutating func write() {
    while count > 0, state == .open {
      let written = writeOnce()
      if written >= 0 {
        start += written
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        isBlocked = true
        trim()
        return
      case EPIPE, ECONNRESET: drop(.closed)
      default: drop(.failed("\(name): \(SystemError())"))
      }
    }
    trim()
  }

  /// One write; -1 and `errno` as the system gives them, also for want of
  /// space.
  private func writeOnce() -> Int {
    unsafe buffer.withUnsafeBytes { bytes in
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
      switch mode {
      case .file, .nonblocking:
        return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      case .socket:
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        return unsafe send(descriptor, rest.baseAddress, rest.count, flags)
      case .shared:
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&entry, 1, 0) > 0 else {
          errno = EAGAIN
          return -1
        }
        return unsafe Glibc.write(descriptor, rest.baseAddress, min(rest.count, Int(PIPE_BUF)))
      }
    }
  }

  private mutating func drop(_ reason: State) {
    state = reason
    isBlocked = false
    buffer = []
    start = 0
  }

  /// Gives back the memory of what has been written.
  private mutating func trim() {
    if count == 0 {
      if buffer.capacity > Self.keptCapacity { buffer = [] }
      buffer.removeAll(keepingCapacity: true)
      start = 0
    } else if start > max(Self.chunk, buffer.count / 2) {
      buffer.removeSubrange(..<start)
      start = 0
    }
  }

  /// Closes stdout, which some systems only then say is full.
  ///
  /// - Throws: why not everything was written, unless the reader has gone.
  consuming func close() throws(ToolError) {
    if case .failed(let message) = state { throw ToolError(message) }
    guard mode == .file else { return }
    guard Glibc.close(descriptor) == 0 else { throw ToolError("\(name): \(SystemError())") }
  }
}
