/// The RLE and bit-packing hybrid: levels, dictionary indices, booleans.
///
/// Works run by run and value by value, so a run of two thousand million costs no memory.
/// https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
struct HybridDecoder {
  private var cursor: ByteCursor
  private let width: Int
  private var runLeft = 0
  private var repeated: UInt32 = 0
  private var packedStart: Int?
  private var packedBit = 0

  /// Decodes values of `width` bits (32 at most) from `range` of the page.
  init(_ range: Range<Int>, width: Int) {
    cursor = ByteCursor(range)
    self.width = width
  }

  mutating func next(_ page: Span<UInt8>) throws(ParquetError) -> UInt32 {
    while runLeft == 0 { try startRun(page) }
    runLeft -= 1
    guard let packedStart else { return repeated }
    let value = try packedBits(
      page, start: packedStart, bit: packedBit, width: width, end: cursor.end)
    packedBit += width
    return UInt32(truncatingIfNeeded: value)
  }

  /// Puts the next `count` values at the start of `array`, whose type holds `width` bits.
  ///
  /// - Parameter failure: why there are fewer.
  /// - Returns: how many there are.
  mutating func fill<T: FixedWidthInteger & UnsignedInteger>(
    _ array: inout [T], _ count: Int, _ page: Span<UInt8>,
    _ failure: inout ParquetError?
  ) -> Int {
    var values = array.mutableSpan
    var filled = 0
    do throws(ParquetError) {
      while filled < count {
        while runLeft == 0 { try startRun(page) }
        let end = min(count, filled + runLeft)
        if let packedStart {
          while filled < end {
            let value = try packedBits(
              page, start: packedStart, bit: packedBit, width: width, end: cursor.end)
            values[filled] = T(truncatingIfNeeded: value)
            packedBit += width
            runLeft -= 1
            filled += 1
          }
        } else {
          runLeft -= end - filled
          while filled < end {
            values[filled] = T(truncatingIfNeeded: repeated)
            filled += 1
          }
        }
      }
    } catch {
      failure = error
    }
    return filled
  }

  /// Passes over `count` values and gives how many of them equal `value`.
  mutating func skip(
    _ count: Int, counting value: UInt32, _ page: Span<UInt8>
  ) throws(ParquetError) -> Int {
    var (left, found) = (count, 0)
    while left > 0 {
      while runLeft == 0 { try startRun(page) }
      if packedStart == nil {
        let step = min(left, runLeft)
        if repeated == value { found += step }
        runLeft -= step
        left -= step
      } else {
        if try next(page) == value { found += 1 }
        left -= 1
      }
    }
    return found
  }

  private mutating func startRun(_ page: Span<UInt8>) throws(ParquetError) {
    let header = try cursor.varint(page)
    let count = header >> 1
    guard count <= UInt64(Int32.max) else { throw .damaged("a run of \(count) values") }
    if header & 1 == 1 {
      runLeft = Int(count) * 8
      // Some writers leave out the padding of the last run; what is missing is found missing
      // when it is asked for.
      packedStart = try cursor.take(min(Int(count) * width, cursor.left))
      packedBit = 0
    } else {
      runLeft = Int(count)
      packedStart = nil
      repeated = 0
      for shift in 0..<((width + 7) / 8) {
        repeated |= UInt32(try cursor.byte(page)) << UInt32(8 * shift)
      }
    }
  }
}
