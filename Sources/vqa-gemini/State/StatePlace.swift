import Glibc
import Shared

/// Where a state file is. A process that has opened a file which is then removed
/// or replaced writes what nobody will read, and counts for itself alone.
struct StatePlace {
  /// Seconds between two looks.
  private static let interval = 1.0

  private let path: String
  private var file: File?
  private var checkTime = -Double.infinity

  /// Identifies a file.
  private struct File: Equatable {
    let device: dev_t
    let inode: ino_t

    init?(_ path: String) {
      var status = stat()
      guard unsafe stat(path, &status) == 0 else { return nil }
      (device, inode) = (status.st_dev, status.st_ino)
    }
  }

  /// - Parameter path: empty for a temporary file, which cannot be removed.
  init(_ path: String) { self.path = path }

  /// - Throws: if the file is no longer the one that the first call saw.
  mutating func check(now: Double) throws(ToolError) {
    guard !path.isEmpty, !(now < checkTime) else { return }
    checkTime = now + Self.interval
    let found = File(path)
    file = file ?? found
    guard let found, found == file else {
      throw ToolError("\(path): removed or replaced during the run")
    }
  }
}
