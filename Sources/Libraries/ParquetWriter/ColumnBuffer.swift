/// One column's values in a row group: byte strings, PLAIN, in pages that are
/// compressed as soon as they are full.
struct ColumnBuffer {
  /// A page takes so many bytes before it is compressed, but for a longer
  /// value.
  private static let pageSize = 4 << 20
  /// The longest value: a page's length has 31 bits.
  private static let maximumValue = 1 << 30

  /// Pages with their headers.
  private(set) var pages: [UInt8] = []
  /// Values in all pages, nulls included.
  private(set) var count = 0
  /// The pages' length as if they were not compressed.
  private(set) var uncompressed = 0
  /// The level of a value that is there.
  private let maximumLevel: UInt8
  private var values: [UInt8] = []
  private var levels: [(level: UInt8, count: Int)] = []

  init(maximumLevel: UInt8) { self.maximumLevel = maximumLevel }

  /// Bytes that it holds.
  var size: Int { pages.count + values.count }

  /// Appends a value.
  mutating func append(
    _ value: Span<UInt8>, _ compressor: ZstdCompressor
  ) throws(ParquetWriterError) {
    guard value.count <= Self.maximumValue else {
      throw ParquetWriterError("a value of \(value.count) bytes; the limit is 1 GiB")
    }
    if !values.isEmpty, values.count + value.count > Self.pageSize { try endPage(compressor) }
    appendLevel(maximumLevel)
    values.appendLittleEndian(UInt32(value.count))
    unsafe value.withUnsafeBufferPointer { unsafe values.append(contentsOf: $0) }
  }

  /// Appends a null.
  mutating func appendNull() { appendLevel(0) }

  private mutating func appendLevel(_ level: UInt8) {
    if let last = levels.last, last.level == level {
      levels[levels.count - 1].count += 1
    } else {
      levels.append((level, 1))
    }
  }

  /// Ends the last page.
  mutating func endPage(_ compressor: ZstdCompressor) throws(ParquetWriterError) {
    guard !levels.isEmpty else { return }
    let valueCount = levels.reduce(0) { $0 + $1.count }
    var page = encodedLevels
    page += values
    var compressed: [UInt8] = []
    try compressor.append(page, to: &compressed)
    var header = ThriftWriter()
    header.element { fields in
      fields.i32(1, 0)  // DATA_PAGE
      fields.i32(2, page.count)
      fields.i32(3, compressed.count)
      fields.structure(5) { data in
        data.i32(1, valueCount)
        data.i32(2, 0)  // PLAIN
        data.i32(3, 3)  // RLE, of definition levels
        data.i32(4, 3)  // and of repetition levels, of which there are none
      }
    }
    pages += header.bytes
    pages += compressed
    uncompressed += header.bytes.count + page.count
    count += valueCount
    values.removeAll(keepingCapacity: true)
    levels.removeAll(keepingCapacity: true)
  }

  /// Definition levels, as runs of the RLE and bit-packing hybrid behind their
  /// length.
  private var encodedLevels: [UInt8] {
    var runs: [UInt8] = []
    for (level, count) in levels {
      runs.appendVarint(UInt64(count) << 1)
      runs.append(level)
    }
    var output: [UInt8] = []
    output.appendLittleEndian(UInt32(truncatingIfNeeded: runs.count))
    return output + runs
  }
}
