internal import CXattr
import Glibc

/// The access list of a file (acl(5)), which gives rights to further people and
/// groups. Where there is one, the mode's group bits are its bound, and not the
/// rights of the file's group.
struct AccessList {
  private static let name = "system.posix_acl_access"
  private let bytes: [UInt8]

  /// Of the file at `path`; nil if it has none.
  init?(path: String) {
    let size = unsafe getxattr(path, Self.name, nil, 0)
    guard size > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: size)
    guard unsafe getxattr(path, Self.name, &bytes, size) == size else { return nil }
    self.bytes = bytes
  }

  /// - Returns: whether the open file has the list now.
  func apply(to descriptor: Int32) -> Bool {
    unsafe fsetxattr(descriptor, Self.name, bytes, bytes.count, 0) == 0
  }

  /// Removes the list that a new file has from its folder.
  static func remove(from descriptor: Int32) { _ = unsafe fremovexattr(descriptor, name) }
}
