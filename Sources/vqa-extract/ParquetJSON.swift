import Parquet
import Shared

/// How bytes that the file does not call text are spelled.
enum BytesSpelling {
  case text
  case base64
}

extension ColumnReader {
  /// Appends the current value as JSON spells it.
  ///
  /// Numbers keep every digit; what JSON has no number for (`nan`, `inf`) becomes a string, and so
  /// do dates and times.
  func appendJSON(bytesAs spelling: BytesSpelling, to line: inout [UInt8]) {
    guard !isNull else {
      line += "null".utf8
      return
    }
    withBytes { bytes in
      switch leaf.scalar(bytes) {
      case .boolean(let value): line += (value ? "true" : "false").utf8
      case .integer(let value): line += String(value).utf8
      case .unsigned(let value): line += String(value).utf8
      case .float(let value): ColumnReader.append(value, to: &line)
      case .double(let value): ColumnReader.append(value, to: &line)
      case .decimal(let digits): line += digits.utf8
      case .text(let text): JSONText.appendQuoted(text, to: &line)
      case .bytes where leaf.isText || spelling == .text:
        JSONText.appendQuotedLossless(Array(copying: bytes), to: &line)
      case .bytes:
        line.append(UInt8(ascii: "\""))
        Base64.encode(bytes, to: &line)
        line.append(UInt8(ascii: "\""))
      }
    }
  }

  /// The shortest digits that give the number again, which JSON reads too.
  private static func append<T: BinaryFloatingPoint & LosslessStringConvertible>(
    _ value: T, to line: inout [UInt8]
  ) {
    let text = String(value)
    if value.isFinite { line += text.utf8 } else { JSONText.appendQuoted(text, to: &line) }
  }
}
