/// The encoding BYTE_STREAM_SPLIT: the first bytes of all values, then the second bytes, and so on.
///
/// https://parquet.apache.org/docs/file-format/data-pages/encodings/#BYTESTREAMSPLIT
struct StreamSplit: ValueDecoder {
  private let start: Int
  private let count: Int
  private let width: Int
  private var index = 0

  init(_ range: Range<Int>, width: Int) throws(ParquetError) {
    guard range.count % width == 0 else {
      throw .damaged("\(range.count) bytes do not split into values of \(width)")
    }
    start = range.lowerBound
    count = range.count / width
    self.width = width
  }

  mutating func next(
    _ page: Span<UInt8>, _ scratch: inout [UInt8]
  ) throws(ParquetError) -> ValueSlice {
    guard index < count else { throw ByteCursor.ranOut }
    if scratch.count < width {
      scratch.append(contentsOf: repeatElement(0, count: width - scratch.count))
    }
    for byte in 0..<width { scratch[byte] = page[start + byte * count + index] }
    index += 1
    return ValueSlice(place: .scratch, start: 0, count: width)
  }

  mutating func skip(
    _ count: Int, _ page: Span<UInt8>, _ scratch: inout [UInt8]
  ) throws(ParquetError) {
    guard count <= self.count - index else { throw ByteCursor.ranOut }
    index += count
  }
}
