import Glibc

/// What the system said of a call that failed.
public struct SystemError: Error, CustomStringConvertible, Sendable {
  /// The value of `errno`.
  public let code: Int32

  /// What a call gave as its error number.
  public init(code: Int32) { self.code = code }

  /// What the call before this one left in `errno`.
  public init() { self.init(code: errno) }

  /// The C library's words, such as "No space left on device".
  public var description: String { unsafe String(cString: strerror(code)) }
}
