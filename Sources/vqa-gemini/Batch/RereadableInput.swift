import Glibc
import Shared

/// The rows of the command line, which can be read more than once: what is not
/// a regular file is copied into one that nobody else sees.
struct RereadableInput {
  private let operands: [String]
  /// Where stdin begins; nil if it is not read.
  private let start: off_t?

  /// Copies what has to be copied.
  ///
  /// - Throws: also if a signal comes before an input has ended.
  init(_ operands: [String]) throws(ToolError) {
    let operands = operands.isEmpty ? ["-"] : operands
    // So that nothing is copied before it is known that all can be read.
    for operand in operands where operand != "-" {
      guard unsafe access(operand, R_OK) == 0 else {
        throw ToolError("\(operand): \(SystemError())")
      }
    }
    self.operands = try operands.map { (operand) throws(ToolError) in
      try operand == "-" || Self.isRegular(operand) ? operand : Self.copy(ofFile: operand)
    }
    guard operands.contains("-") else {
      start = nil
      return
    }
    let position = lseek(0, 0, SEEK_CUR)
    if position >= 0, Self.isRegular(0) {
      start = position
    } else {
      let copy = try Self.copy(0, named: "<stdin>")
      // Stdin is the copy from now on.
      guard dup2(copy, 0) == 0 else { throw ToolError("<stdin>: \(SystemError())") }
      close(copy)
      start = 0
    }
  }

  /// The rows from their beginning.
  func reader() throws(ToolError) -> LineReader {
    if let start { _ = lseek(0, start, SEEK_SET) }
    return try LineReader(operands: operands)
  }

  private static func isRegular(_ path: String) -> Bool {
    var info = stat()
    return unsafe stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
  }

  private static func isRegular(_ descriptor: Int32) -> Bool {
    var info = stat()
    return unsafe fstat(descriptor, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
  }

  /// - Returns: a name for the copy that lasts as long as the process.
  private static func copy(ofFile path: String) throws(ToolError) -> String {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ToolError("\(path): \(SystemError())") }
    defer { close(descriptor) }
    return "/proc/self/fd/\(try copy(descriptor, named: path))"
  }

  /// - Returns: a descriptor of the copy, at its beginning.
  private static func copy(_ input: Int32, named name: String) throws(ToolError) -> Int32 {
    let folder = Environment.current()["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    let copy: Int32
    do throws(SystemError) {
      let file = try TemporaryFile(in: folder + "/", for: "rows", mode: 0o600)
      copy = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 3)
      guard copy >= 0 else { throw SystemError() }
    } catch {
      throw ToolError("\(folder): no file for a copy of \(name): \(error)")
    }
    var reader = ChunkReader(descriptor: input, name: name)
    var writer = ByteWriter(descriptor: copy, name: "copy of \(name)")
    while let chunk = try reader.next() { try writer.write(chunk.span) }
    try writer.flush()
    _ = lseek(copy, 0, SEEK_SET)
    return copy
  }
}

/// Reads a descriptor to its end, unless a signal comes.
private struct ChunkReader {
  let descriptor: Int32
  let name: String
  private static let size = 256 * 1024

  init(descriptor: Int32, name: String) { (self.descriptor, self.name) = (descriptor, name) }

  mutating func next() throws(ToolError) -> [UInt8]? {
    while Interrupt.requested == nil {
      var entries = [descriptor, Interrupt.descriptor].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      _ = unsafe poll(&entries, 2, -1)
      guard entries[0].revents != 0 else { continue }
      var failure: SystemError?
      let chunk = unsafe [UInt8](unsafeUninitializedCapacity: Self.size) { buffer, count in
        let got = unsafe Glibc.read(descriptor, buffer.baseAddress, Self.size)
        if got < 0 { failure = SystemError() }
        count = max(0, got)
      }
      if let failure {
        guard failure.code == EINTR || failure.code == EAGAIN else {
          throw ToolError("\(name): \(failure)")
        }
        continue
      }
      return chunk.isEmpty ? nil : chunk
    }
    throw ToolError("\(name): interrupted")
  }
}
