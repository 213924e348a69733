import Glibc

/// One line of the input.
public struct Line: Sendable {
  /// The text without the line feed. If `isTooLong`, only its beginning.
  public var text: [UInt8]
  /// 1-based, within its file.
  public var number: Int
  /// The file as named on the command line, or `<stdin>`.
  public var source: String
  /// Whether the line was longer than `LineReader.maximumLength`.
  public var isTooLong = false
}

/// A line that is still where it was read.
public struct BufferedLine: Sendable {
  /// In the reader's buffer, without the line feed. If `isTooLong`, only the
  /// line's beginning.
  fileprivate var range: Range<Int>
  /// 1-based, within its file.
  public let number: Int
  /// Whether the line was longer than `LineReader.maximumLength`.
  public var isTooLong = false

  /// The length in bytes, without the line feed.
  public var count: Int { range.count }
}

/// Reads lines of any length up to a limit from files in turn, in memory
/// that depends on the longest line alone.
public struct LineReader: ~Copyable {
  /// The longest line that is read: 1 GiB.
  public static let maximumLength = 1 << 30
  /// What is kept of a line that is longer.
  static let keptOfTooLong = 1_000
  private static let chunk = 256 * 1024

  private var operands: ArraySlice<String>
  private let maximum: Int
  private var descriptor: Int32 = -1
  /// The file whose lines are given out, as named on the command line, or `<stdin>`.
  public private(set) var source = ""
  private var number = 0
  private var hasEnded = false
  /// `buffer[start..<end]` is read and not yet given out; up to `searched`
  /// there is no line feed in it.
  private var buffer = [UInt8](repeating: 0, count: LineReader.chunk)
  private var start = 0
  private var end = 0
  private var searched = 0
  private var isSkipping = false
  /// The size of all input together; nil if a pipe is part of it.
  private var totalBytes: Int?
  private var readBytes = 0

  /// - Parameter operands: files in turn; `-` is stdin, and so is none at all.
  /// - Throws: if one of them cannot be read, so that nothing is half done
  ///   before that is known.
  public init(operands: [String], maximumLength: Int = LineReader.maximumLength) throws(ToolError) {
    self.operands = (operands.isEmpty ? ["-"] : operands)[...]
    maximum = maximumLength
    var total: Int? = 0
    for operand in self.operands {
      let size = try Self.size(operand)
      total = total.flatMap { sum in size.map { sum + $0 } }
    }
    totalBytes = total
    try openNext()
  }

  deinit {
    if descriptor > 0 { close(descriptor) }
  }

  /// The size of a regular file, nil for anything else that can be read.
  private static func size(_ operand: String) throws(ToolError) -> Int? {
    var info = stat()
    if operand == "-" {
      if StandardStreams.hasNoInput { throw ToolError("<stdin>: \(SystemError(code: EBADF))") }
      guard unsafe fstat(0, &info) == 0 else { return nil }
      guard info.st_mode & S_IFMT != S_IFDIR else {
        throw ToolError("<stdin>: \(SystemError(code: EISDIR))")
      }
    } else {
      guard unsafe stat(operand, &info) == 0, unsafe access(operand, R_OK) == 0 else {
        throw ToolError("\(operand): \(SystemError())")
      }
      guard info.st_mode & S_IFMT != S_IFDIR else {
        throw ToolError("\(operand): \(SystemError(code: EISDIR))")
      }
    }
    return info.st_mode & S_IFMT == S_IFREG ? Int(info.st_size) : nil
  }

  /// How much of the input has been given out, in bytes, and how much is
  /// still to come, which is known of files alone.
  public var position: (given: Int, left: Int?) {
    let given = readBytes - (end - start)
    return (given, hasEnded ? 0 : totalBytes.map { max(0, $0 - given) })
  }

  /// The next line; nil after the last, and after a signal to stop.
  public mutating func next() throws(ToolError) -> Line? {
    while true {
      if let line = nextBuffered() { return copy(line) }
      guard try fill() else { return nil }
    }
  }

  /// The line that `nextBuffered` gave last, to be kept.
  public func copy(_ line: BufferedLine) -> Line {
    Line(
      text: [UInt8](copying: text(of: line)), number: line.number, source: source,
      isTooLong: line.isTooLong)
  }

  /// The text of a line that `nextBuffered` gave since the last `fill`.
  @_lifetime(borrow self)
  public func text(of line: BufferedLine) -> Span<UInt8> {
    buffer.span.extracting(line.range)
  }

  /// The next line if it has been read already.
  public mutating func nextBuffered() -> BufferedLine? {
    while true {
      guard let feed = findLineFeed() else {
        searched = end
        if end - start > maximum { return takeTooLong() }
        return nil
      }
      let range = start..<feed
      start = feed + 1
      searched = start
      if isSkipping {
        isSkipping = false
        continue
      }
      if range.count > maximum { return tooLong(from: range.lowerBound) }
      return give(range)
    }
  }

  /// Waits for data and reads once, as `read` does; false also after a signal
  /// to stop.
  public mutating func fill() throws(ToolError) -> Bool {
    guard hasEnded || Interrupt.waitForInput(descriptor) else { return false }
    return try read()
  }

  /// Reads once; at the end of a file it goes on to the next. To be called
  /// when `nextBuffered` has given all it had and `waitDescriptor` is
  /// readable, else it may wait.
  ///
  /// - Returns: whether the input goes on.
  public mutating func read() throws(ToolError) -> Bool {
    if hasEnded { return false }
    makeRoom()
    let count = unsafe buffer.withUnsafeMutableBytes {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: $0[end...])
      return unsafe Glibc.read(descriptor, rest.baseAddress, rest.count)
    }
    if count > 0 {
      end += count
      readBytes += count
      return true
    }
    if count == 0 { return try endOfFile() }
    guard errno == EINTR || errno == EAGAIN else { throw ToolError("\(source): \(SystemError())") }
    return true
  }

  /// What to wait for before `read` is called; nil once the input has ended.
  public var waitDescriptor: Int32? { hasEnded ? nil : descriptor }

  /// Whether `read` never waits: a regular file.
  public private(set) var isAlwaysReady = false

  private func findLineFeed() -> Int? {
    unsafe buffer.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return nil }
      let found = unsafe memchr(base + searched, 0x0A, end - searched)
      return unsafe found.map { unsafe UnsafeRawPointer($0) - base }
    }
  }

  private mutating func give(_ range: Range<Int>) -> BufferedLine {
    number += 1
    return BufferedLine(range: range, number: number)
  }

  private mutating func tooLong(from start: Int) -> BufferedLine {
    var line = give(start..<(start + Self.keptOfTooLong))
    line.isTooLong = true
    return line
  }

  private mutating func takeTooLong() -> BufferedLine? {
    defer {
      start = end
      isSkipping = true
    }
    return isSkipping ? nil : tooLong(from: start)
  }

  /// Moves the unread rest to the front, and doubles the buffer when that
  /// rest, the beginning of one line, fills it.
  private mutating func makeRoom() {
    if start > 0 {
      let unread = start..<end
      unsafe buffer.withUnsafeMutableBytes {
        unsafe $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[unread]))
      }
      searched -= start
      end -= start
      start = 0
    }
    if end == buffer.count {
      buffer.append(contentsOf: repeatElement(0, count: buffer.count))
    } else if end == 0, buffer.count > 64 * Self.chunk {
      buffer = [UInt8](repeating: 0, count: Self.chunk)
    }
  }

  private mutating func openNext() throws(ToolError) {
    guard let operand = operands.popFirst() else {
      hasEnded = true
      return
    }
    number = 0
    if operand == "-" {
      (descriptor, source) = (0, "<stdin>")
      StandardStreams.announceInput()
    } else {
      source = operand
      // A named pipe without a writer is waited for like any other input.
      descriptor = unsafe open(operand, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else { throw ToolError("\(operand): \(SystemError())") }
    }
    var info = stat()
    isAlwaysReady = unsafe fstat(descriptor, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
  }

  /// A last line without a line feed is a line all the same: it gets one,
  /// and the end is met again by the next `fill`.
  private mutating func endOfFile() throws(ToolError) -> Bool {
    if end > start, !isSkipping {
      if end == buffer.count { buffer.append(0) }
      buffer[end] = 0x0A
      end += 1
      return true
    }
    if descriptor > 0 { close(descriptor) }
    descriptor = -1
    (start, end, searched, isSkipping) = (0, 0, 0, false)
    try openNext()
    return !hasEnded
  }
}
