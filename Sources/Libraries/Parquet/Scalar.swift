/// A value with its meaning.
public enum Scalar: Equatable, Sendable {
  /// A truth value.
  case boolean(Bool)
  /// A whole number.
  case integer(Int64)
  /// A whole number of a column without signs.
  case unsigned(UInt64)
  /// A number of single or half precision.
  case float(Float)
  /// A number of double precision.
  case double(Double)
  /// A decimal number, spelled exactly: `-12.50`.
  case decimal(String)
  /// A date, time, timestamp or UUID, spelled as ISO 8601 and RFC 9562 do.
  case text(String)
  /// The bytes themselves: text if the column's `isText` says so.
  case bytes
}

extension Schema.Leaf {
  /// Whether the values are text in UTF-8.
  public var isText: Bool { logicalType == .string || logicalType == .json }

  /// What `bytes`, as `ColumnReader.withBytes` gives them, mean in this column.
  public func scalar(_ bytes: Span<UInt8>) -> Scalar {
    switch physicalType {
    case .boolean: .boolean(!bytes.isEmpty && bytes[0] != 0)
    case .int32: whole(Int64(Int32(truncatingIfNeeded: littleEndian(bytes))), bits: 32)
    case .int64: whole(Int64(bitPattern: littleEndian(bytes)), bits: 64)
    case .int96: .text(Calendar.int96(bytes))
    case .float: .float(Float(bitPattern: UInt32(truncatingIfNeeded: littleEndian(bytes))))
    case .double: .double(Double(bitPattern: littleEndian(bytes)))
    case .byteArray, .fixedLengthByteArray: composite(bytes)
    }
  }

  private func whole(_ value: Int64, bits: Int) -> Scalar {
    switch logicalType {
    case .integer(_, signed: false):
      bits == 32
        ? .unsigned(UInt64(UInt32(truncatingIfNeeded: value)))
        : .unsigned(UInt64(bitPattern: value))
    case .decimal(let scale): .decimal(Decimal.spell(value, scale: scale))
    case .date: .text(Calendar.date(value))
    case .time(let unit): .text(Calendar.time(value, unit))
    case .timestamp(let unit, let utc): .text(Calendar.timestamp(value, unit, utc: utc))
    default: .integer(value)
    }
  }

  private func composite(_ bytes: Span<UInt8>) -> Scalar {
    switch logicalType {
    case .decimal(let scale): .decimal(Decimal.spell(bigEndian: bytes, scale: scale))
    case .uuid where bytes.count == 16: .text(uuid(bytes))
    case .float16 where bytes.count == 2:
      .float(Float(halfBits: UInt16(truncatingIfNeeded: littleEndian(bytes))))
    default: .bytes
    }
  }

  private func uuid(_ bytes: Span<UInt8>) -> String {
    var text = ""
    for index in 0..<16 {
      if [4, 6, 8, 10].contains(index) { text += "-" }
      let digits = String(bytes[index], radix: 16)
      text += digits.count == 1 ? "0" + digits : digits
    }
    return text
  }
}

/// The first 8 of `bytes`, or as many as there are, as a number.
@inline(__always)
func littleEndian(_ bytes: Span<UInt8>) -> UInt64 {
  // Within bounds: so many bytes there are.
  if bytes.count == 8 {
    return unsafe UInt64(
      littleEndian: bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: UInt64.self))
  }
  if bytes.count == 4 {
    return unsafe UInt64(
      UInt32(
        littleEndian: bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: UInt32.self)
      ))
  }
  var value: UInt64 = 0
  for index in 0..<min(8, bytes.count) { value |= UInt64(bytes[index]) << UInt64(8 * index) }
  return value
}

extension Float {
  /// Widens IEEE 754 half precision. (`Float16` does not exist on every platform of Swift.)
  init(halfBits bits: UInt16) {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1f)
    let fraction = Float(bits & 0x3ff) / 1024
    switch exponent {
    case 0: self = sign * fraction * 0x1p-14
    case 31: self = fraction == 0 ? sign * .infinity : .nan
    default:
      self = sign * Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction)
    }
  }
}
