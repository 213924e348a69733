import Shared

/// Where the API is. A key travels with every request, so only TLS or
/// loopback will do.
struct BaseURL: Equatable {
  static let standard = "https://generativelanguage.googleapis.com"

  /// Without a slash at the end.
  let address: String
  /// Whether it is plain HTTP, which is for loopback alone.
  let isLoopbackOnly: Bool

  /// - Throws: `ToolError` unless the address is `https`, or `http` to
  ///   `localhost`, `127.0.0.0/8` or `[::1]`.
  init(_ text: String) throws(ToolError) {
    var address = text[...]
    while address.hasSuffix("/") { address.removeLast() }
    let lowercased = address.lowercased()
    let isPlain = lowercased.hasPrefix("http://")
    guard isPlain || lowercased.hasPrefix("https://") else {
      throw ToolError("the base URL must begin with https:// (or http:// for loopback)")
    }
    let rest = address.dropFirst(isPlain ? 7 : 8)
    let authority = rest.prefix { $0 != "/" }
    // Nothing that two readers of an address could read in two ways.
    guard !authority.isEmpty, !rest.contains(where: { "@?#\\".contains($0) }),
      rest.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { throw ToolError("the base URL is not an address of the form https://host/path") }
    guard !isPlain || Self.isLoopback(authority) else {
      throw ToolError("the base URL must be https: a key must not travel in the clear")
    }
    self.address = String(address)
    isLoopbackOnly = isPlain
  }

  private static func isLoopback(_ authority: Substring) -> Bool {
    var host = authority
    if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
      guard UInt16(authority[authority.index(after: colon)...]) != nil else { return false }
      host = authority[..<colon]
    }
    if host == "[::1]" || host.lowercased() == "localhost" { return true }
    let octets = host.split(separator: ".", omittingEmptySubsequences: false)
    return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
  }

  /// What tells services apart whose answers must not be mixed up. A stand-in
  /// on loopback has another port each time.
  var identity: String { isLoopbackOnly ? "loopback" : address }

  /// The address of a model's `generateContent`.
  func generateContent(model: String) -> String {
    "\(address)/v1beta/models/\(model):generateContent"
  }
}
