/// One line of a response's head.
enum HeaderLine: Equatable {
  /// A status line, with which a head begins.
  case status
  /// The name in lower case, the value without the white space around it.
  case field(name: String, value: String)
  /// The empty line at the end, or nothing that HTTP knows.
  case other

  init(_ bytes: UnsafeRawBufferPointer) {
    if unsafe bytes.starts(with: "HTTP/".utf8) {
      self = .status
    } else if let colon = unsafe bytes.firstIndex(of: UInt8(ascii: ":")) {
      // Names are ASCII (RFC 9110, section 5.1).
      let name = unsafe bytes[..<colon].map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }
      self = unsafe .field(
        name: String(decoding: name, as: UTF8.self), value: Self.trimmed(bytes[(colon + 1)...]))
    } else {
      self = .other
    }
  }

  private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
    var text = unsafe bytes.drop(while: isSpace)
    while let last = unsafe text.last, isSpace(last) { unsafe text.removeLast() }
    return unsafe String(decoding: text, as: UTF8.self)
  }
}
