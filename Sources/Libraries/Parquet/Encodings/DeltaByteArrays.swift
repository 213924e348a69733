/// The encoding DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes.
///
/// The lengths are read twice, once to find where they end: keeping them would cost memory for
/// every value that the page claims, and a few bytes can claim two thousand million.
/// https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTALENGTH
struct DeltaLengthByteArrays: ValueDecoder {
  private var lengths: DeltaBinaryPacked
  private var data: ByteCursor

  init(_ range: Range<Int>, _ page: Span<UInt8>) throws(ParquetError) {
    lengths = try DeltaBinaryPacked(range, page)
    var scout = lengths
    data = ByteCursor(try scout.skipAll(page)..<range.upperBound)
  }

  mutating func next(
    _ page: Span<UInt8>, _ scratch: inout [UInt8]
  ) throws(ParquetError) -> ValueSlice {
    try next(page)
  }

  mutating func next(_ page: Span<UInt8>) throws(ParquetError) -> ValueSlice {
    let length = try lengths.next(page)
    guard length >= 0, length <= data.left else { throw ByteCursor.ranOut }
    return ValueSlice(place: .page, start: try data.take(Int(length)), count: Int(length))
  }
}

/// The encoding DELTA_BYTE_ARRAY: how much of the value before to keep, and what follows it.
///
/// https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTASTRING
struct DeltaByteArrays: ValueDecoder {
  private var prefixes: DeltaBinaryPacked
  private var suffixes: DeltaLengthByteArrays
  private let length: Int?
  /// The value before is in the scratch memory, of so many bytes.
  private var previousCount = 0

  /// `length` is the fixed length that every value must have, nil if any is right.
  init(_ range: Range<Int>, length: Int?, _ page: Span<UInt8>) throws(ParquetError) {
    prefixes = try DeltaBinaryPacked(range, page)
    var scout = prefixes
    let end = try scout.skipAll(page)
    suffixes = try DeltaLengthByteArrays(end..<range.upperBound, page)
    self.length = length
  }

  mutating func next(
    _ page: Span<UInt8>, _ scratch: inout [UInt8]
  ) throws(ParquetError) -> ValueSlice {
    let prefix = try prefixes.next(page)
    guard prefix >= 0, prefix <= previousCount else {
      throw .damaged("a value shares \(prefix) bytes with one of \(previousCount)")
    }
    let suffix = try suffixes.next(page)
    let kept = Int(prefix)
    let count = kept + suffix.count
    guard length == nil || length == count else { throw .damaged("a value of a wrong length") }
    if scratch.count < count {
      scratch.append(contentsOf: repeatElement(0, count: count - scratch.count))
    }
    for index in 0..<suffix.count { scratch[kept + index] = page[suffix.start + index] }
    previousCount = count
    return ValueSlice(place: .scratch, start: 0, count: count)
  }
}
