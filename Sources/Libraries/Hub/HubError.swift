/// Why a data set of the Hub cannot be had: what, and what to do about it.
public struct HubError: Error, CustomStringConvertible, Sendable {
  /// Lower case, no full stop.
  public let description: String

  init(_ description: String) { self.description = description }
}
