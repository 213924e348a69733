/// The repetition or the definition levels of a page.
enum LevelDecoder {
  /// Where the highest level is 0 there are none.
  case none
  case hybrid(HybridDecoder)
  /// Highest bit first, without a length: the encoding that the hybrid replaced.
  case bitPacked(start: Int, end: Int, width: Int, index: Int)

  /// Bits that hold the numbers from 0 to `maximum`.
  static func width(_ maximum: Int) -> Int {
    Int.bitWidth - maximum.leadingZeroBitCount
  }

  /// Sets up the levels at the start of a version 1 page and moves `cursor` behind them.
  init(
    _ maximum: Int, encoding: Int32, count: Int, _ cursor: inout ByteCursor, _ page: Span<UInt8>
  ) throws(ParquetError) {
    guard maximum > 0 else {
      self = .none
      return
    }
    let width = LevelDecoder.width(maximum)
    switch Encoding(rawValue: encoding) {
    case .rle:
      let bytes = try cursor.length(page)
      let start = try cursor.take(bytes)
      self = .hybrid(HybridDecoder(start..<(start + bytes), width: width))
    case .bitPacked:
      let bytes = (count * width + 7) / 8
      let start = try cursor.take(bytes)
      self = .bitPacked(start: start, end: start + bytes, width: width, index: 0)
    default:
      throw .unsupported("levels in encoding \(encoding)")
    }
  }

  /// Sets up the levels of a version 2 page.
  init(_ maximum: Int, _ range: Range<Int>) {
    let width = LevelDecoder.width(maximum)
    self = width == 0 ? .none : .hybrid(HybridDecoder(range, width: width))
  }

  mutating func next(_ page: Span<UInt8>) throws(ParquetError) -> Int {
    switch self {
    case .none: return 0
    case .hybrid(var hybrid):
      let level = try hybrid.next(page)
      self = .hybrid(hybrid)
      return Int(level)
    case .bitPacked(let start, let end, let width, let index):
      self = .bitPacked(start: start, end: end, width: width, index: index + 1)
      return LevelDecoder.highestFirst(page, start, index * width, width)
    }
  }

  /// Puts the next `count` levels at the start of `levels`.
  ///
  /// - Parameter failure: why there are fewer.
  /// - Returns: how many there are.
  mutating func fill(
    _ levels: inout [UInt8], _ count: Int, _ page: Span<UInt8>,
    _ failure: inout ParquetError?
  ) -> Int {
    switch self {
    case .none:
      for place in 0..<count { levels[place] = 0 }
      return count
    case .hybrid(var hybrid):
      let filled = hybrid.fill(&levels, count, page, &failure)
      self = .hybrid(hybrid)
      return filled
    case .bitPacked:
      for place in 0..<count {
        do throws(ParquetError) {
          levels[place] = UInt8(truncatingIfNeeded: try next(page))
        } catch {
          failure = error
          return place
        }
      }
      return count
    }
  }

  /// Passes over `count` levels and gives how many of them equal `value`.
  mutating func skip(
    _ count: Int, counting value: Int, _ page: Span<UInt8>
  ) throws(ParquetError) -> Int {
    guard case .hybrid(var hybrid) = self else {
      guard case .bitPacked = self else { return count }
      var found = 0
      for _ in 0..<count where try next(page) == value { found += 1 }
      return found
    }
    let found = try hybrid.skip(count, counting: UInt32(value), page)
    self = .hybrid(hybrid)
    return found
  }

  /// The caller asks for no more levels than the page has, so all bits are there.
  private static func highestFirst(
    _ page: Span<UInt8>, _ start: Int, _ firstBit: Int, _ width: Int
  ) -> Int {
    var level = 0
    for bit in firstBit..<(firstBit + width) {
      level = level << 1 | Int(page[start + bit >> 3] >> UInt8(7 - bit & 7)) & 1
    }
    return level
  }
}
