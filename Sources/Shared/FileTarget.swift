import Glibc

/// What an output's name stands for: a file that is to be made or replaced,
/// or a device, pipe or open descriptor that is written to as it is.
public struct FileTarget: Sendable {
  /// A file or folder by its number, whatever name it goes by.
  public struct Identity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    fileprivate init(_ info: stat) {
      device = UInt64(info.st_dev)
      inode = UInt64(info.st_ino)
    }

    /// Of an open file; nil if there is none.
    public init?(descriptor: Int32) {
      var info = stat()
      guard unsafe fstat(descriptor, &info) == 0 else { return nil }
      self.init(info)
    }

    /// Of what a path leads to, links followed; nil if there is nothing.
    public init?(path: String) {
      var info = stat()
      guard unsafe stat(path, &info) == 0 else { return nil }
      self.init(info)
    }
  }

  /// What two names of one target have in common.
  public enum Key: Hashable, Sendable {
    /// Something that exists.
    case existing(Identity)
    /// A name that is free, in a folder.
    case new(folder: Identity?, name: String)
  }

  /// As it was given.
  public let name: String
  /// Where the file is or will be: links followed, also one that leads to
  /// nothing yet.
  let path: String
  /// What is there now, if anything.
  private let info: stat?
  /// Why nothing can be there: links that lead to one another.
  let problem: SystemError?
  private let followsLinks: Bool
  /// The descriptor that a name such as `/dev/stdout` stands for.
  let openDescriptor: Int32?

  /// - Parameter followsLinks: whether a link at `name` leads to the target;
  ///   if not, whatever is there is replaced, be it a link, a device or a pipe.
  public init(_ name: String, followsLinks: Bool = true) {
    self.name = name
    self.followsLinks = followsLinks
    openDescriptor = followsLinks ? Self.openDescriptor(name) : nil
    path = followsLinks ? Self.resolved(name) : name
    var info = stat()
    let status =
      if let openDescriptor { unsafe fstat(openDescriptor, &info) } else if followsLinks {
        unsafe stat(path, &info)
      } else { unsafe lstat(path, &info) }
    problem = status != 0 && errno == ELOOP ? SystemError() : nil
    self.info = status == 0 ? info : nil
  }

  /// Whether it must not be replaced but is written to: a device, a pipe, an
  /// open descriptor. (A folder too, so that opening it says what it is.)
  public var isSpecial: Bool {
    if openDescriptor != nil { return true }
    guard followsLinks, let info else { return false }
    let type = info.st_mode & S_IFMT
    return type != S_IFREG
  }

  /// Whether it is a character device, such as a terminal or `/dev/null`,
  /// which any number of outputs may share.
  public var isCharacterDevice: Bool { info.map { $0.st_mode & S_IFMT == S_IFCHR } ?? false }

  /// Whether it is a pipe with a name, which waits for its reader.
  var isPipe: Bool { info.map { $0.st_mode & S_IFMT == S_IFIFO } ?? false }

  /// Bytes of the file that exists, else 0.
  public var size: Int { info.map { Int($0.st_size) } ?? 0 }

  /// Whether it is a file that exists, also one behind an open descriptor.
  public var isRegularFile: Bool { info.map { $0.st_mode & S_IFMT == S_IFREG } ?? false }

  /// What tells it from all other targets.
  public var key: Key {
    if let info { return .existing(Identity(info)) }
    return .new(folder: Identity(path: folder + "."), name: fileName)
  }

  /// The folder of the file, with a slash at its end; empty for the working
  /// directory.
  var folder: String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "" }

  /// The file's name in it.
  var fileName: String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// Removes temporary files that killed processes left for this file.
  public func removeLeftovers() { TemporaryFile.removeLeftovers(in: folder, for: fileName) }

  /// Gives a new file the owner, the permissions and the access list of the one
  /// that it replaces, as far as the system lets. Where the group or the list
  /// cannot be kept the group gets no more than others.
  func copyAttributes(to descriptor: Int32) {
    guard let info, info.st_mode & S_IFMT == S_IFREG else { return }
    var mode = info.st_mode & 0o7777
    var new = stat()
    guard unsafe fstat(descriptor, &new) == 0 else { return }
    if new.st_uid != info.st_uid || new.st_gid != info.st_gid,
      fchown(descriptor, info.st_uid, info.st_gid) != 0
    {
      mode &= 0o1777
      if new.st_gid != info.st_gid, fchown(descriptor, .max, info.st_gid) != 0 {
        mode = Self.withoutGroup(mode)
      }
    }
    AccessList.remove(from: descriptor)
    if let list = AccessList(path: path), !list.apply(to: descriptor) {
      mode = Self.withoutGroup(mode)
    }
    _ = fchmod(descriptor, mode)
  }

  /// The group gets no more than others.
  private static func withoutGroup(_ mode: mode_t) -> mode_t {
    mode & (0o1707 | (mode & 0o7) << 3)
  }

  private static func openDescriptor(_ name: String) -> Int32? {
    switch name {
    case "/dev/stdin": return 0
    case "/dev/stdout": return 1
    case "/dev/stderr": return 2
    default: break
    }
    for prefix in ["/dev/fd/", "/proc/self/fd/"] where name.hasPrefix(prefix) {
      return Int32(name.dropFirst(prefix.count))
    }
    return nil
  }

  /// Follows links, at most as many as the kernel does.
  private static func resolved(_ name: String) -> String {
    var path = name
    for _ in 0..<40 {
      if let real = unsafe realpath(path, nil) {
        defer { unsafe free(real) }
        return unsafe String(cString: real)
      }
      guard let link = linkText(path) else { return path }
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
      path = link.hasPrefix("/") ? link : folder + link
    }
    return path
  }

  /// What a link says; nil if the path is none.
  private static func linkText(_ path: String) -> String? {
    var text = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe text.withUnsafeMutableBytes { bytes in
      guard let start = bytes.baseAddress else { return 0 }
      return unsafe readlink(path, start.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    return count > 0 ? String(decoding: text[..<count], as: UTF8.self) : nil
  }
}
