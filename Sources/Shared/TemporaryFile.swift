public import Glibc

/// A new file that nobody sees yet, for reading and writing.
///
/// Where the file system can (`O_TMPFILE`) it has no name at all, so that the
/// system takes it back however the process ends. Elsewhere, and for the
/// moment in which it replaces another file, it has a name; it is locked as
/// long as it is in use, by which a later run knows what was left behind.
public struct TemporaryFile: ~Copyable {
  /// Closed with the value.
  public let descriptor: Int32
  /// Its path; nil if it has none.
  private(set) var path: String?

  /// - Parameters:
  ///   - folder: with a slash at its end; empty for the working directory.
  ///   - name: what it is for, part of the name that it gets if it needs one.
  ///   - mode: its permissions, of which the process's mask is taken away.
  ///   - removesLeftovers: whether what killed processes left for the same name
  ///     is looked for; if not, the caller does it once for a whole folder.
  public init(
    in folder: String, for name: String, mode: mode_t, removesLeftovers: Bool = true
  ) throws(SystemError) {
    try self.init(
      in: folder, for: name, mode: mode, removesLeftovers: removesLeftovers, canBeUnnamed: true)
  }

  /// - Parameter canBeUnnamed: false for a test of what other file systems get.
  init(
    in folder: String, for name: String, mode: mode_t, removesLeftovers: Bool = true,
    canBeUnnamed: Bool
  ) throws(SystemError) {
    let unnamed =
      !canBeUnnamed
      ? -1 : unsafe open(folder + ".", oTMPFILE | O_RDWR | O_CLOEXEC, mode)
    // Without /proc it could not be given its name.
    if unnamed >= 0, unsafe access(Self.procPath(unnamed), F_OK) == 0 {
      (descriptor, path) = (unnamed, nil)
      _ = flock(descriptor, LOCK_EX | LOCK_NB)
      return
    }
    if unnamed >= 0 { close(unnamed) }
    if removesLeftovers { Self.removeLeftovers(in: folder, for: name) }
    (descriptor, path) = try Self.openNew(in: folder, for: name, mode: mode)
    _ = flock(descriptor, LOCK_EX | LOCK_NB)
  }

  deinit {
    if let path { _ = unsafe unlink(path) }
    close(descriptor)
  }

  /// Takes its name away, if it has one.
  public mutating func removeName() {
    if let path { _ = unsafe unlink(path) }
    path = nil
  }

  /// Gives it the path, at which there must be nothing, and leaves it there.
  public mutating func link(to newPath: String) throws(SystemError) {
    let status =
      if let path { unsafe Glibc.link(path, newPath) } else {
        unsafe linkat(
          AT_FDCWD, Self.procPath(descriptor), AT_FDCWD, newPath, AT_SYMLINK_FOLLOW)
      }
    guard status == 0 else { throw SystemError() }
    removeName()
  }

  /// Gives it the path in place of what is there.
  mutating func replace(_ newPath: String, for target: FileTarget) throws(SystemError) {
    if path == nil {
      let temporary = Self.uniquePath(in: target.folder, for: target.fileName)
      try link(to: temporary)
      path = temporary
    }
    guard let path, unsafe rename(path, newPath) == 0 else { throw SystemError() }
    self.path = nil
  }

  /// A name that nobody else takes: `.NAME.XXXXXXXXXX.tmp`.
  static func uniquePath(in folder: String, for name: String) -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
    let tail = (0..<10).map { _ in letters.randomElement() ?? "x" }
    return folder + "." + cut(name) + "." + String(tail) + suffix
  }

  private static let suffix = ".tmp"

  /// Names may have 255 bytes.
  private static func cut(_ name: String) -> String {
    String(decoding: name.utf8.prefix(200), as: UTF8.self)
  }

  private static func openNew(
    in folder: String, for name: String, mode: mode_t
  ) throws(SystemError) -> (Int32, String) {
    while true {
      let path = uniquePath(in: folder, for: name)
      let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
      if descriptor >= 0 { return (descriptor, path) }
      guard errno == EEXIST else { throw SystemError() }
    }
  }

  /// Removes what killed processes left: temporary files that are older than a
  /// minute and that nobody has locked.
  ///
  /// - Parameters:
  ///   - folder: with a slash at its end; empty for the working directory.
  ///   - isTarget: whether a name, cut to 200 bytes, is one that the files were for.
  public static func removeLeftovers(in folder: String, of isTarget: (String) -> Bool) {
    guard let directory = unsafe opendir(folder + ".") else { return }
    defer { unsafe closedir(directory) }
    while let entry = unsafe readdir(directory) {
      guard unsafe entry.pointee.d_name.0 == UInt8(ascii: ".") else { continue }
      let file = unsafe withUnsafeBytes(of: entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let target = target(of: file), isTarget(target) { removeIfLeft(folder + file) }
    }
  }

  /// Removes what killed processes left for one name.
  static func removeLeftovers(in folder: String, for name: String) {
    let cut = cut(name)
    removeLeftovers(in: folder) { $0 == cut }
  }

  /// The name that a temporary file was for; nil for other files.
  private static func target(of file: String) -> String? {
    let tail = 1 + 10 + suffix.utf8.count
    guard file.hasPrefix("."), file.hasSuffix(suffix), file.utf8.count > 1 + tail,
      file.utf8.dropLast(tail - 1).last == UInt8(ascii: ".")
    else { return nil }
    return String(decoding: file.utf8.dropFirst().dropLast(tail), as: UTF8.self)
  }

  private static func removeIfLeft(_ path: String) {
    let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var info = stat()
    guard unsafe fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG,
      info.st_mtim.tv_sec < time(nil) - 60, flock(descriptor, LOCK_EX | LOCK_NB) == 0
    else { return }
    _ = unsafe unlink(path)
  }

  private static func procPath(_ descriptor: Int32) -> String { "/proc/self/fd/\(descriptor)" }
}

/// The flag of open(2), which Swift's Glibc has not: it is made of others.
private let oTMPFILE = 0o20000000 | O_DIRECTORY
