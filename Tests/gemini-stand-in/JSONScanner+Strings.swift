#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension [UInt8] {
  /// The first `byte` at or after `start`, by `memchr(3)`: fast in debug builds too.
  func firstOffset(of byte: UInt8, from start: Int) -> Int? {
    firstOffset(of: byte, in: Swift.min(start, count)..<count)
  }

  func firstOffset(of byte: UInt8, in range: Range<Int>) -> Int? {
    unsafe withUnsafeBytes { all -> Int? in
      guard let base = all.baseAddress, !range.isEmpty else { return nil }
      guard let hit = unsafe memchr(base + range.lowerBound, Int32(byte), range.count) else {
        return nil
      }
      return unsafe hit - UnsafeMutableRawPointer(mutating: base)
    }
  }
}

extension JSONScanner {
  /// The text of a string's characters; nil where RFC 8259 or UTF-8 is broken.
  static func decode(_ characters: ArraySlice<UInt8>, escaped: Bool) -> String? {
    guard !characters.contains(where: { $0 < 0x20 }) else { return nil }
    guard escaped else { return String(validating: characters, as: UTF8.self) }
    var utf8: [UInt8] = []
    utf8.reserveCapacity(characters.count)
    var rest = characters
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        utf8.append(byte)
        continue
      }
      guard let escape = rest.popFirst() else { return nil }
      guard let plain = simpleEscapes[escape] else {
        guard escape == UInt8(ascii: "u"), let scalar = scalar(&rest) else { return nil }
        utf8.append(contentsOf: String(Character(scalar)).utf8)
        continue
      }
      utf8.append(plain)
    }
    return String(validating: utf8, as: UTF8.self)
  }

  private static let simpleEscapes: [UInt8: UInt8] = [
    UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
    UInt8(ascii: "/"): UInt8(ascii: "/"), UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C,
    UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
  ]

  /// One `\uXXXX`, or the two of a surrogate pair, after its `\u`.
  private static func scalar(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
    guard let first = codeUnit(&rest) else { return nil }
    guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) }
    guard rest.starts(with: "\\u".utf8) else { return nil }
    rest = rest.dropFirst(2)
    guard let second = codeUnit(&rest), (0xDC00..<0xE000).contains(second) else { return nil }
    return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
  }

  private static func codeUnit(_ rest: inout ArraySlice<UInt8>) -> UInt32? {
    let digits = rest.prefix(4)
    guard digits.count == 4 else { return nil }
    rest = rest.dropFirst(4)
    var unit: UInt32 = 0
    for digit in digits {
      guard let value = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
      unit = unit << 4 | UInt32(value)
    }
    return unit
  }
}
