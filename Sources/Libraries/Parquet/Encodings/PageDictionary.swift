/// The distinct values of a column chunk.
final class PageDictionary {
  private let entries: Entries

  private enum Entries {
    case fixed(width: Int, count: Int)
    /// Byte strings by the ends of their values; each begins 4 bytes behind the end before it.
    case variable(ends: [UInt32])
  }

  /// Finds the `count` values in the decoded bytes of a dictionary page, which the caller keeps.
  init(_ buffer: PageBuffer, _ leaf: Schema.Leaf, count: Int) throws(ParquetError) {
    guard leaf.physicalType == .byteArray else {
      guard leaf.physicalType != .boolean else { throw .unsupported("a dictionary of booleans") }
      guard count <= buffer.count / leaf.typeLength else { throw PageDictionary.tooShort(count) }
      entries = .fixed(width: leaf.typeLength, count: count)
      return
    }
    // Every value takes 4 bytes or more, so this bounds the table of ends.
    guard count <= buffer.count / 4 else { throw PageDictionary.tooShort(count) }
    var ends: [UInt32] = []
    ends.reserveCapacity(count)
    var cursor = ByteCursor(0..<buffer.count)
    let bytes = buffer.bytes.span
    for _ in 0..<count {
      let length = try cursor.length(bytes)
      // A page has less than 2^31 bytes.
      ends.append(UInt32(try cursor.take(length) + length))
    }
    entries = .variable(ends: ends)
  }

  /// Where value `index` lies.
  func slice(_ index: UInt32) throws(ParquetError) -> ValueSlice {
    switch entries {
    case .fixed(let width, let count):
      guard index < count else { throw PageDictionary.noEntry(index, count) }
      return ValueSlice(place: .dictionary, start: Int(index) * width, count: width)
    case .variable(let ends):
      guard index < ends.count else { throw PageDictionary.noEntry(index, ends.count) }
      let start = (index == 0 ? 0 : Int(ends[Int(index) - 1])) + 4
      return ValueSlice(place: .dictionary, start: start, count: Int(ends[Int(index)]) - start)
    }
  }

  private static func tooShort(_ count: Int) -> ParquetError {
    .damaged("the dictionary page is too short for \(count) values")
  }

  private static func noEntry(_ index: UInt32, _ count: Int) -> ParquetError {
    .damaged("dictionary index \(index) where there are \(count) values")
  }
}

/// The encodings PLAIN_DICTIONARY and RLE_DICTIONARY: the index's bits in one byte, then the hybrid.
struct DictionaryIndices: ValueDecoder {
  private let dictionary: PageDictionary
  private var hybrid: HybridDecoder
  /// Memory for the indices of several values.
  private var indices: [UInt32] = []

  init(
    _ range: Range<Int>, _ dictionary: PageDictionary, _ page: Span<UInt8>
  ) throws(ParquetError) {
    self.dictionary = dictionary
    var cursor = ByteCursor(range)
    // A page whose values are all null may hold nothing.
    let width = range.isEmpty ? 0 : try cursor.byte(page)
    guard width <= 32 else { throw .damaged("dictionary indices of \(width) bits") }
    hybrid = HybridDecoder(cursor.position..<range.upperBound, width: Int(width))
  }

  mutating func next(
    _ page: Span<UInt8>, _ scratch: inout [UInt8]
  ) throws(ParquetError) -> ValueSlice {
    try dictionary.slice(try hybrid.next(page))
  }

  mutating func fill(
    _ slices: inout [ValueSlice], _ count: Int, _ page: Span<UInt8>, _ scratch: inout [UInt8]
  ) throws(ParquetError) {
    if indices.count < count { indices = [UInt32](repeating: 0, count: count) }
    var failure: ParquetError?
    let filled = hybrid.fill(&indices, count, page, &failure)
    for place in 0..<filled { slices.append(try dictionary.slice(indices[place])) }
    if let failure { throw failure }
  }

  mutating func skip(
    _ count: Int, _ page: Span<UInt8>, _ scratch: inout [UInt8]
  ) throws(ParquetError) {
    _ = try hybrid.skip(count, counting: 0, page)
  }
}
