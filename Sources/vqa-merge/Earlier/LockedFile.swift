import Glibc
import Shared

/// A file that is read, added to and replaced by another of its name, with a
/// lock that keeps other processes from doing the same meanwhile: their
/// additions, or ours, would be lost.
///
/// The lock (flock(2)) is on the file itself and nothing else is left beside
/// it: who gets it looks whether the name still leads to that file, and if it
/// does not starts again with the one that has taken its place.
final class LockedFile {
  /// As it was named.
  let path: String
  let descriptor: Int32
  /// What the file was like when it was locked.
  private let version: Version

  private struct Version: Equatable {
    let identity: FileTarget.Identity
    let size: Int
    let seconds: Int
    let nanoseconds: Int

    init?(path: String) {
      var info = stat()
      guard unsafe stat(path, &info) == 0, let identity = FileTarget.Identity(path: path) else {
        return nil
      }
      self.identity = identity
      size = Int(info.st_size)
      (seconds, nanoseconds) = (info.st_mtim.tv_sec, info.st_mtim.tv_nsec)
    }
  }

  /// Waits for the lock, saying so when that takes longer.
  init(_ path: String) throws(ToolError) {
    self.path = path
    var waited = 0
    while true {
      // To be locked a file on NFS must be open for writing.
      var descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
      if descriptor < 0 { descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC) }
      guard descriptor >= 0 else { throw ToolError("\(path): \(SystemError())") }
      do throws(ToolError) {
        try Self.lock(descriptor, path, &waited)
      } catch {
        close(descriptor)
        throw error
      }
      if let version = Version(path: path),
        version.identity == FileTarget.Identity(descriptor: descriptor)
      {
        self.descriptor = descriptor
        self.version = version
        return
      }
      close(descriptor)
    }
  }

  deinit { close(descriptor) }

  /// Fails if somebody who does not know of the lock has written the file or
  /// replaced it.
  func checkUnchanged() throws(ToolError) {
    guard Version(path: path) == version else {
      throw ToolError(
        "\(path): was changed by another program meanwhile; nothing was written, run it again")
    }
  }

  /// - Parameter waited: in steps of a twentieth of a second.
  private static func lock(
    _ descriptor: Int32, _ path: String, _ waited: inout Int
  ) throws(ToolError) {
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      switch errno {
      case EINTR: continue
      case EWOULDBLOCK: break
      // The file system has no locks: what another process does meanwhile is
      // found by `checkUnchanged`.
      case ENOLCK, EOPNOTSUPP, ENOSYS, EINVAL, EBADF: return
      default: throw ToolError("\(path): \(SystemError())")
      }
      if waited == 20 {
        StandardError.line(
          "\(Merge.toolName): waiting for another process that adds to \(path)")
      }
      waited += 1
      guard Interrupt.sleep(0.05) else {
        throw ToolError("\(path): interrupted while another process adds to it")
      }
    }
  }
}
