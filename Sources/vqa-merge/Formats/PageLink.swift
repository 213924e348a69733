/// Addresses in a page.
enum PageLink {
  /// The relative address of a file for a page in a folder: no part of a path
  /// can be taken for a scheme, a query or a fragment.
  ///
  /// - Parameter folder: from the root.
  static func relative(_ path: String, to folder: [Substring]) -> String {
    WorkingDirectory.relative(path, to: folder).map { encoded($0[...]) }.joined(separator: "/")
  }

  /// RFC 3986: all but unreserved characters as percent signs and digits.
  private static func encoded(_ part: Substring) -> String {
    let digits = Array("0123456789ABCDEF")
    return part.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        String(UnicodeScalar(byte))
      default: "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }.joined()
  }
}
