/// One line of a response's head.
enum HeaderLine: Equatable {
  /// A status line, with which a head begins.
  case status
  /// The name in lower case, the value without the white space around it.
  case field(name: String, value: String)
  /// The empty line at the end, or nothing that HTTP knows.
  case other

  init(_ bytes: UnsafeRawBufferPointer) {
    let line = unsafe String(decoding: bytes, as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      self = .status
    } else if let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) {
      let value = line[colon...].dropFirst()
      self = .field(name: line[..<colon].lowercased(), value: Self.trimmed(value))
    } else {
      self = .other
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
    var utf8 = text.utf8.drop(while: isSpace)
    while let last = utf8.last, isSpace(last) { utf8.removeLast() }
    return String(Substring(utf8))
  }
}
