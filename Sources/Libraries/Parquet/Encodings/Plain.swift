// The encoding PLAIN: values one after another.
// https://parquet.apache.org/docs/file-format/data-pages/encodings/#PLAIN

/// Byte strings, each after its length in 4 bytes.
struct PlainByteArrays: ValueDecoder {
  static var usesScratch: Bool { false }
  private var cursor: ByteCursor

  init(_ range: Range<Int>) { cursor = ByteCursor(range) }

  mutating func next(
    _ page: Span<UInt8>, _ scratch: inout [UInt8]
  ) throws(ParquetError) -> ValueSlice {
    let count = try cursor.length(page)
    return ValueSlice(place: .page, start: try cursor.take(count), count: count)
  }
}

/// Values of the same number of bytes each.
struct PlainFixed: ValueDecoder {
  static var usesScratch: Bool { false }
  private var cursor: ByteCursor
  private let width: Int

  init(_ range: Range<Int>, width: Int) {
    cursor = ByteCursor(range)
    self.width = width
  }

  mutating func next(
    _ page: Span<UInt8>, _ scratch: inout [UInt8]
  ) throws(ParquetError) -> ValueSlice {
    ValueSlice(place: .page, start: try cursor.take(width), count: width)
  }

  mutating func skip(
    _ count: Int, _ page: Span<UInt8>, _ scratch: inout [UInt8]
  ) throws(ParquetError) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: width)
    guard !overflow else { throw ByteCursor.ranOut }
    _ = try cursor.take(bytes)
  }
}

/// One bit each, lowest first.
struct PlainBooleans: ValueDecoder {
  private let range: Range<Int>
  private var bit = 0

  init(_ range: Range<Int>) { self.range = range }

  mutating func next(
    _ page: Span<UInt8>, _ scratch: inout [UInt8]
  ) throws(ParquetError) -> ValueSlice {
    let value = try packedBits(
      page, start: range.lowerBound, bit: bit, width: 1, end: range.upperBound)
    bit += 1
    scratch[0] = UInt8(value)
    return ValueSlice(place: .scratch, start: 0, count: 1)
  }
}

/// The encoding RLE for booleans: a length in 4 bytes, then the hybrid of 1 bit.
struct HybridBooleans: ValueDecoder {
  private var hybrid: HybridDecoder

  init(_ range: Range<Int>, _ page: Span<UInt8>) throws(ParquetError) {
    var cursor = ByteCursor(range)
    // A page whose values are all null may hold nothing.
    let count = range.isEmpty ? 0 : try cursor.length(page)
    let start = try cursor.take(count)
    hybrid = HybridDecoder(start..<(start + count), width: 1)
  }

  mutating func next(
    _ page: Span<UInt8>, _ scratch: inout [UInt8]
  ) throws(ParquetError) -> ValueSlice {
    scratch[0] = UInt8(truncatingIfNeeded: try hybrid.next(page))
    return ValueSlice(place: .scratch, start: 0, count: 1)
  }
}
