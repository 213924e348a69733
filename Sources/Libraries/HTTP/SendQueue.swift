import Glibc

/// The bytes of a socket that were written and are not acknowledged by the
/// other side's kernel.
enum SendQueue {
  /// SIOCOUTQ (tcp(7)), which is TIOCOUTQ.
  private static let request: UInt = 0x5411

  /// - Returns: nil if the system does not say.
  static func bytes(of socket: Int32) -> Int? {
    var count: Int32 = 0
    guard unsafe ioctl(socket, request, &count) == 0 else { return nil }
    return Int(count)
  }
}
