import Glibc
import Shared

/// What shows that a process lives: it has locked one byte of a file. The
/// kernel gives the lock back when the process ends, in whatever way, and a
/// process number that is used again does not matter.
final class OwnerLock {
  /// The byte that is this process's, a random number.
  let id = Int64.random(in: 1..<1 << 62)
  private var descriptor: Int32 = -1

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Locks this process's byte of the file at `path`.
  func acquire(_ path: String) throws(ToolError) {
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    var lock = Self.lock(id, F_WRLCK)
    guard descriptor >= 0, unsafe fcntl(descriptor, Self.setLock, &lock) == 0 else {
      throw ToolError("\(path): \(SystemError())")
    }
  }

  /// Whether the process with that byte lives.
  func isAlive(_ owner: Int64) -> Bool {
    guard owner != id else { return true }
    guard descriptor >= 0, owner > 0 else { return false }
    var lock = Self.lock(owner, F_WRLCK)
    // Locks of one open file description do not conflict, but others' do.
    guard unsafe fcntl(descriptor, Self.getLock, &lock) == 0 else { return true }
    return Int32(lock.l_type) != F_UNLCK
  }

  /// F_OFD_GETLK and F_OFD_SETLK of Linux, which Swift's module does not have.
  private static let getLock: Int32 = 36
  private static let setLock: Int32 = 37

  private static func lock(_ byte: Int64, _ type: Int32) -> flock {
    var lock = flock()
    lock.l_type = Int16(type)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = off_t(byte)
    lock.l_len = 1
    return lock
  }
}
