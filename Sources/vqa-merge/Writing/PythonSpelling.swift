import Shared

/// JSON values as Python's `json.dump` spells them: transcoded from their
/// text in a row, byte by byte, without a `String` in between.
///
/// The oracle is CPython's `json` (`Modules/_json.c`: `ascii_escape_unichar`
/// and `S_CHAR`; `Lib/json/encoder.py`: `float.__repr__`).
struct PythonSpelling {
  /// `ensure_ascii`: whether everything but printable ASCII is escaped.
  let isASCII: Bool

  /// Appends a string in quotes, given what stood between the quotes of a
  /// sound JSON text.
  ///
  /// A lone surrogate stays the escape that it came as; without
  /// `ensure_ascii` too, where Python's own UTF-8 codec gives up.
  func appendString(_ text: Span<UInt8>, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    var index = 0
    while index < text.count {
      let plain = plainCount(text, from: index)
      if plain > 0 {
        unsafe text.extracting(index..<(index + plain)).withUnsafeBufferPointer {
          unsafe output.append(contentsOf: $0)
        }
        index += plain
        continue
      }
      if text[index] == UInt8(ascii: "\\") {
        appendEscape(text, &index, to: &output)
      } else {
        appendEscaped(Self.scalar(text, &index), to: &output)
      }
    }
    output.append(UInt8(ascii: "\""))
  }

  /// How many bytes from `index` on are spelled as they stand.
  ///
  /// Eight at a time, as in the line scanner: the lowest high bit that is set
  /// in `stops` marks a backslash or, if those are escaped, a byte over 0x7E.
  private func plainCount(_ text: Span<UInt8>, from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    var index = start
    while index &+ 8 <= text.count {
      // Within bounds: the loop's condition leaves eight bytes.
      let word = unsafe text.bytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: index, as: UInt64.self
      ).littleEndian
      let slashes = word ^ (ones &* 0x5C)
      var stops = (slashes &- ones) & ~slashes
      if isASCII { stops |= word | (word &+ ones) }
      stops &= highs
      if stops != 0 { return index &+ stops.trailingZeroBitCount / 8 &- start }
      index &+= 8
    }
    while index < text.count {
      let byte = text[index]
      if byte == UInt8(ascii: "\\") || (isASCII && byte > 0x7E) { break }
      index &+= 1
    }
    return index &- start
  }

  /// Respells the escape at `index`.
  private func appendEscape(_ text: Span<UInt8>, _ index: inout Int, to output: inout [UInt8]) {
    guard let unit = JSONText.codeUnit(text, at: index) else {
      let letter = text[index + 1]
      if letter != UInt8(ascii: "/") { output.append(UInt8(ascii: "\\")) }
      output.append(letter)
      index += 2
      return
    }
    index += 6
    if let scalar = UnicodeScalar(unit) {
      appendEscaped(scalar, to: &output)
    } else if !isASCII, unit < 0xDC00, let second = JSONText.codeUnit(text, at: index),
      (0xDC00...0xDFFF).contains(second),
      let scalar = UnicodeScalar(0x1_0000 + (UInt32(unit) - 0xD800) << 10 + UInt32(second) - 0xDC00)
    {
      index += 6
      output += UTF8.encode(scalar).map { Array($0) } ?? []
    } else {
      JSONText.appendUnicodeEscape(unit, to: &output)
    }
  }

  private func appendEscaped(_ scalar: UnicodeScalar, to output: inout [UInt8]) {
    switch scalar.value {
    case 0x22, 0x5C, 0..<0x20:
      JSONText.appendEscape(of: UInt8(scalar.value), to: &output)
    case 0x20..<0x7F: output.append(UInt8(scalar.value))
    case _ where !isASCII: output += UTF8.encode(scalar).map { Array($0) } ?? []
    default:
      for unit in UTF16.encode(scalar).map({ Array($0) }) ?? [] {
        JSONText.appendUnicodeEscape(unit, to: &output)
      }
    }
  }

  /// Decodes the character of two to four bytes at `index`; the text is known
  /// to be UTF-8.
  private static func scalar(_ text: Span<UInt8>, _ index: inout Int) -> UnicodeScalar {
    let lead = text[index]
    let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    var value = UInt32(length == 1 ? lead : lead & (0x7F >> UInt8(length)))
    for offset in 1..<max(length, 1) { value = value << 6 | UInt32(text[index + offset] & 0x3F) }
    index += length
    return UnicodeScalar(value) ?? "\u{FFFD}"
  }
}

extension PythonSpelling {
  /// Appends a number: integers as they stand, others as `repr(float)`.
  func appendNumber(_ text: Span<UInt8>, to output: inout [UInt8]) {
    for index in text.indices {
      let byte = text[index]
      if byte == UInt8(ascii: "-") || byte &- UInt8(ascii: "0") < 10 { continue }
      var copy: [UInt8] = []
      copy.append(text)
      let value = Double(String(decoding: copy, as: UTF8.self))
      output += Self.representation(of: value ?? .nan).utf8
      return
    }
    // Python has one integer zero.
    let isMinusZero =
      text.count == 2 && text[0] == UInt8(ascii: "-") && text[1] == UInt8(ascii: "0")
    output.append(isMinusZero ? text.extracting(1...) : text)
  }

  /// `json.dump` writes infinity, which `1e400` becomes, in JavaScript's word.
  static func representation(of value: Double) -> String {
    guard value.isFinite else { return value < 0 ? "-Infinity" : "Infinity" }
    return PythonNumber.text(value)
  }
}
