import Glibc

/// What the system said of a call that failed.
public struct SystemError: Error, CustomStringConvertible, Sendable {
  /// The value of `errno`.
  public let code: Int32
  /// Clearer words than the C library's.
  private let words: String?

  /// What a call gave as its error number.
  ///
  /// - Parameter words: to say in place of the C library's.
  public init(code: Int32, words: String? = nil) {
    self.code = code
    self.words = words
  }

  /// What the call before this one left in `errno`.
  public init() { self.init(code: errno) }

  /// In words; the C library's are such as "No space left on device".
  public var description: String { unsafe words ?? String(cString: strerror(code)) }
}
