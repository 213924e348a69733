internal import CCurl

/// Header lines in the form that libcurl takes. It keeps their address, so the
/// list must live as long as the transfer.
@safe final class HeaderList {
  private(set) var first: UnsafeMutablePointer<curl_slist>?

  /// - Parameter lines: `name: value`, without an end of line.
  /// - Throws: `TransportError` of kind `configuration` if a line holds a
  ///   control character, which could smuggle in another header.
  init(_ lines: [String]) throws(TransportError) {
    for line in lines {
      guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
        throw TransportError(.configuration, "a header holds a control character")
      }
      guard let longer = unsafe curl_slist_append(first, line) else {
        throw TransportError(.configuration, "out of memory")
      }
      unsafe first = longer
    }
  }

  deinit { unsafe curl_slist_free_all(first) }
}
