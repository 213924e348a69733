/// As much of RFC 3986 as redirects and addresses of pages need.
enum URLText {
  /// Scheme, host and port, in lower case.
  static func origin(_ url: String) -> String {
    guard let scheme = url.range(of: "://") else { return "" }
    let rest = url[scheme.upperBound...]
    let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    return url[..<end].lowercased()
  }

  /// A `Location` header's value as a whole URL (section 5.2, without dot
  /// segments, which servers do not send).
  static func resolved(_ reference: String, against base: String) -> String {
    if reference.range(of: "://") != nil { return reference }
    if reference.hasPrefix("//") {
      return String(base[..<(base.firstIndex(of: "/") ?? base.endIndex)]) + reference
    }
    if reference.hasPrefix("/") { return origin(base) + reference }
    let path = base[..<(base.firstIndex { "?#".contains($0) } ?? base.endIndex)]
    let parent = path.lastIndex(of: "/").map { path[...$0] } ?? path
    return String(parent) + reference
  }

  /// `text` with the bytes that `%2F` and its like stand for.
  static func decoded(_ text: Substring) -> String {
    let parts = text.split(separator: "%", omittingEmptySubsequences: false)
    var bytes = Array(parts[0].utf8)
    for part in parts.dropFirst() {
      let digits = part.prefix(2)
      if digits.count == 2, digits.allSatisfy(\.isHexDigit), let byte = UInt8(digits, radix: 16) {
        bytes.append(byte)
        bytes += part.dropFirst(2).utf8
      } else {
        bytes += "%\(part)".utf8
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether the host is this machine.
  static func isLoopback(_ url: String) -> Bool {
    let origin = origin(url)
    guard let scheme = origin.range(of: "://") else { return false }
    let host = origin[scheme.upperBound...]
    return ["localhost", "127.0.0.1", "[::1]"].contains {
      host == $0 || host.hasPrefix($0 + ":")
    }
  }
}

extension String {
  /// Where `text` first stands; the standard library has this for collections
  /// only with an availability that differs by platform.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) {
        return start..<index(start, offsetBy: text.count)
      }
      start = index(after: start)
    }
    return nil
  }
}
