/// Where the bytes of a value are.
struct ValueSlice {
  enum Place: UInt8 {
    /// In the page, as they were stored.
    case page
    /// In the page of the dictionary.
    case dictionary
    /// In the column's scratch memory, put together there.
    case scratch
  }

  var place: Place
  var start: Int
  var count: Int
}

/// Gives the values of a page one after another; nulls have none and are not seen here.
protocol ValueDecoder {
  /// Whether `scratch` holds the last value only, so that they are given one by one.
  static var usesScratch: Bool { get }

  /// The next value.
  ///
  /// `scratch` belongs to the column; a decoder may rely on what it left there before, within one
  /// page, and on 16 bytes being there.
  mutating func next(
    _ page: Span<UInt8>, _ scratch: inout [UInt8]
  ) throws(ParquetError) -> ValueSlice

  /// Appends some of the next `count` values, 1 at least; on an error those before it. They stay
  /// where they are until the decoder is asked again.
  mutating func fill(
    _ slices: inout [ValueSlice], _ count: Int, _ page: Span<UInt8>, _ scratch: inout [UInt8]
  ) throws(ParquetError)

  /// Passes over `count` values.
  mutating func skip(
    _ count: Int, _ page: Span<UInt8>, _ scratch: inout [UInt8]
  ) throws(ParquetError)
}

extension ValueDecoder {
  static var usesScratch: Bool { true }

  mutating func fill(
    _ slices: inout [ValueSlice], _ count: Int, _ page: Span<UInt8>, _ scratch: inout [UInt8]
  ) throws(ParquetError) {
    for _ in 0..<(Self.usesScratch ? 1 : count) { slices.append(try next(page, &scratch)) }
  }

  mutating func skip(
    _ count: Int, _ page: Span<UInt8>, _ scratch: inout [UInt8]
  ) throws(ParquetError) {
    for _ in 0..<count { _ = try next(page, &scratch) }
  }
}

/// What a decoder is made from: the column, its dictionary, and the part of the page with values.
struct ValueSection {
  let leaf: Schema.Leaf
  let dictionary: PageDictionary?
  let range: Range<Int>

  /// The decoder for the values of a page in `encoding`.
  func decoder(_ code: Int32, _ page: Span<UInt8>) throws(ParquetError) -> any ValueDecoder {
    let type = leaf.physicalType
    guard let encoding = Encoding(rawValue: code) else {
      throw .unsupported("unknown encoding \(code)")
    }
    switch (encoding, type) {
    case (.plain, .boolean): return PlainBooleans(range)
    case (.plain, .byteArray): return PlainByteArrays(range)
    case (.plain, _): return PlainFixed(range, width: leaf.typeLength)
    case (.plainDictionary, _), (.rleDictionary, _):
      guard let dictionary else { throw .damaged("dictionary indices without a dictionary") }
      return try DictionaryIndices(range, dictionary, page)
    case (.rle, .boolean): return try HybridBooleans(range, page)
    case (.deltaBinaryPacked, .int32), (.deltaBinaryPacked, .int64):
      return try DeltaIntegers(range, width: leaf.typeLength, page)
    case (.deltaLengthByteArray, .byteArray): return try DeltaLengthByteArrays(range, page)
    case (.deltaByteArray, .byteArray): return try DeltaByteArrays(range, length: nil, page)
    case (.deltaByteArray, .fixedLengthByteArray):
      return try DeltaByteArrays(range, length: leaf.typeLength, page)
    case (.byteStreamSplit, .int32), (.byteStreamSplit, .int64), (.byteStreamSplit, .float),
      (.byteStreamSplit, .double), (.byteStreamSplit, .fixedLengthByteArray):
      return try StreamSplit(range, width: leaf.typeLength)
    default: throw .unsupported("encoding \(encoding) of \(type) values")
    }
  }
}
