/// The encoding DELTA_BINARY_PACKED: differences, packed in miniblocks of as many bits as they need.
///
/// https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC
struct DeltaBinaryPacked {
  private var cursor: ByteCursor
  private let miniblocksInBlock: Int
  private let valuesInMiniblock: Int
  /// Values that have not been given yet, the first one included.
  private(set) var left: Int
  private var isFirst = true
  private var value: Int64

  private var minimumDelta: Int64 = 0
  /// Where the bit widths of the current block's miniblocks stand.
  private var widths = 0
  private var miniblock = 0
  private var leftInMiniblock = 0
  private var width = 0
  private var start = 0
  private var bit = 0

  /// More than any writer uses (the usual block has 128 values), less than could overflow.
  private static let maximumBlock: UInt64 = 1 << 24

  init(_ range: Range<Int>, _ page: Span<UInt8>) throws(ParquetError) {
    cursor = ByteCursor(range)
    guard !range.isEmpty else {
      // A page whose values are all null may hold nothing.
      (miniblocksInBlock, valuesInMiniblock, left, value) = (1, 32, 0, 0)
      return
    }
    let block = try cursor.varint(page)
    let miniblocks = try cursor.varint(page)
    let count = try cursor.varint(page)
    value = try cursor.zigzag(page)
    guard block > 0, block <= DeltaBinaryPacked.maximumBlock, miniblocks > 0,
      miniblocks <= block, block % miniblocks == 0, (block / miniblocks) % 8 == 0
    else { throw .damaged("delta blocks of \(block) values in \(miniblocks) parts") }
    guard count <= UInt64(Int32.max) else { throw .damaged("\(count) delta values in a page") }
    miniblocksInBlock = Int(miniblocks)
    valuesInMiniblock = Int(block / miniblocks)
    miniblock = miniblocksInBlock
    left = Int(count)
  }

  mutating func next(_ page: Span<UInt8>) throws(ParquetError) -> Int64 {
    guard left > 0 else { throw ByteCursor.ranOut }
    left -= 1
    if isFirst {
      isFirst = false
      return value
    }
    if leftInMiniblock == 0 { try startMiniblock(page) }
    leftInMiniblock -= 1
    let packed = try packedBits(page, start: start, bit: bit, width: width, end: cursor.end)
    bit += width
    value = value &+ minimumDelta &+ Int64(bitPattern: packed)
    return value
  }

  /// Passes over all values and gives the position behind them.
  mutating func skipAll(_ page: Span<UInt8>) throws(ParquetError) -> Int {
    if isFirst && left > 0 { _ = try next(page) }
    while left > 0 {
      if leftInMiniblock == 0 { try startMiniblock(page) }
      let step = min(left, leftInMiniblock)
      left -= step
      leftInMiniblock -= step
    }
    return cursor.position
  }

  private mutating func startMiniblock(_ page: Span<UInt8>) throws(ParquetError) {
    if miniblock == miniblocksInBlock {
      minimumDelta = try cursor.zigzag(page)
      widths = try cursor.take(miniblocksInBlock)
      miniblock = 0
    }
    width = Int(page[widths + miniblock])
    guard width <= 64 else { throw .damaged("delta values of \(width) bits") }
    miniblock += 1
    leftInMiniblock = valuesInMiniblock
    bit = 0
    // The last miniblock of a page is padded by the specification, but not by every writer.
    start = try cursor.take(min(valuesInMiniblock / 8 * width, cursor.left))
  }
}

/// Integers in DELTA_BINARY_PACKED, given as `width` bytes little-endian.
struct DeltaIntegers: ValueDecoder {
  private var deltas: DeltaBinaryPacked
  private let width: Int

  init(_ range: Range<Int>, width: Int, _ page: Span<UInt8>) throws(ParquetError) {
    deltas = try DeltaBinaryPacked(range, page)
    self.width = width
  }

  mutating func next(
    _ page: Span<UInt8>, _ scratch: inout [UInt8]
  ) throws(ParquetError) -> ValueSlice {
    let value = UInt64(bitPattern: try deltas.next(page))
    for index in 0..<width {
      scratch[index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
    }
    return ValueSlice(place: .scratch, start: 0, count: width)
  }
}
