import Glibc

/// A file that appears whole or not at all: written where nobody sees it,
/// synced, then put in the place of its target, whose owner and permissions
/// it takes over. A link stays, and what it points to is replaced; a device
/// or pipe is written to as it is.
public struct AtomicFile: ~Copyable {
  /// What is made or replaced.
  public private(set) var target: FileTarget
  /// nil if the target is written to as it is.
  private var temporary: TemporaryFile?
  private var writer: ByteWriter
  /// For a library that writes the file by itself, instead of `write`.
  public let descriptor: Int32
  /// The file that was replaced, open for `undo`.
  private var old: Int32 = -1
  private var isPrepared = false

  /// Opens a file in the directory of `path`, which must exist.
  public init(path: String) throws(ToolError) {
    try self.init(FileTarget(path))
  }

  /// Opens a file for `target`.
  ///
  /// - Parameter removesLeftovers: see ``TemporaryFile``.
  public init(_ target: FileTarget, removesLeftovers: Bool = true) throws(ToolError) {
    self.target = target
    do throws(SystemError) {
      if let problem = target.problem { throw problem }
      if target.isSpecial {
        descriptor = try Self.openSpecial(target)
        temporary = nil
      } else {
        let file = try TemporaryFile(
          in: target.folder, for: target.fileName, mode: 0o666, removesLeftovers: removesLeftovers)
        descriptor = file.descriptor
        temporary = consume file
      }
    } catch {
      throw ToolError("\(target.name): \(error)")
    }
    writer = ByteWriter(descriptor: descriptor, name: target.name)
  }

  /// Opens what is written to as it is, so that neither this nor a write waits
  /// where a signal is not heard: a signal that comes before the wait begins
  /// does not end it.
  private static func openSpecial(_ target: FileTarget) throws(SystemError) -> Int32 {
    if let open = target.openDescriptor {
      let own = OutputQueue.nonblocking(open) ?? fcntl(open, F_DUPFD_CLOEXEC, 3)
      guard own >= 0 else { throw SystemError() }
      return own
    }
    while true {
      let descriptor = unsafe open(target.path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
      if descriptor >= 0 { return descriptor }
      // Nobody reads the pipe yet.
      guard errno == ENXIO, target.isPipe else { throw SystemError() }
      guard Interrupt.sleep(0.05) else { throw SystemError(code: EINTR) }
    }
  }

  deinit {
    if old >= 0 { close(old) }
    if temporary == nil { close(descriptor) }
  }

  /// Appends `bytes`.
  public mutating func write(_ bytes: Span<UInt8>) throws(ToolError) {
    try writer.write(bytes)
  }

  /// Gives the file another target in the same folder, where its name is not
  /// known before all is written.
  public mutating func retarget(_ path: String) { target = FileTarget(path) }

  /// Brings everything to the disk; nobody sees it yet.
  public mutating func prepare() throws(ToolError) {
    guard !isPrepared else { return }
    try writer.flush()
    if temporary != nil {
      target.copyAttributes(to: descriptor)
      guard fsync(descriptor) == 0 else { throw failure(SystemError()) }
    }
    isPrepared = true
  }

  /// Puts the file in its place.
  public consuming func commit() throws(ToolError) {
    try prepare()
    try publish(keepsOld: false)
  }

  /// Puts the prepared file in its place.
  ///
  /// - Parameter keepsOld: whether `undo` is to put back what is there now.
  public mutating func publish(keepsOld: Bool) throws(ToolError) {
    guard temporary != nil else { return }
    if keepsOld, case .existing = target.key {
      old = unsafe open(target.path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    }
    do throws(SystemError) {
      try temporary?.replace(target.path, for: target)
    } catch {
      throw failure(error)
    }
    syncFolder()
  }

  /// Puts back what was there before `publish`: a copy, since a second name
  /// for it would stay behind if the process were killed.
  public mutating func undo() throws(ToolError) {
    guard temporary != nil else { return }
    guard case .existing = target.key else {
      _ = unsafe unlink(target.path)
      return
    }
    guard old >= 0 else { throw failure(SystemError(code: EACCES)) }
    var copy = try AtomicFile(target)
    var chunk = [UInt8](repeating: 0, count: 256 * 1024)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes {
        unsafe read(old, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(SystemError()) }
      if count == 0 { break }
      try copy.write(chunk.span.extracting(first: count))
    }
    try copy.commit()
  }

  /// Puts the file in its place unless there is one already, and says whether
  /// it did: of several processes that make the same file the first wins.
  public consuming func commitAsNew() throws(ToolError) -> Bool {
    try prepare()
    do throws(SystemError) {
      try temporary?.link(to: target.path)
    } catch {
      if error.code == EEXIST { return false }
      // The file system has no links.
      try publish(keepsOld: false)
    }
    return true
  }

  /// So that of two files the one that was put in its place first is there
  /// first, also after a power failure.
  private func syncFolder() {
    let folder = unsafe open(target.folder + ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    _ = fsync(folder)
    close(folder)
  }

  private func failure(_ error: SystemError) -> ToolError {
    ToolError("\(target.name): \(error)")
  }

  /// Writes `bytes` as the whole of `path`.
  public static func write(_ bytes: Span<UInt8>, to path: String) throws(ToolError) {
    var file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit()
  }
}
