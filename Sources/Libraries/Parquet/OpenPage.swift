/// A page in memory and the place reached in it: its levels and values, decoded one by one.
struct OpenPage {
  let leaf: Schema.Leaf
  private var loader = PageLoader()
  private var page = PageBuffer()
  private var dictionary: PageDictionary?
  /// The bytes of the dictionary's values.
  private var dictionaryPage = PageBuffer()
  private var repetitions = LevelDecoder.none
  private var definitions = LevelDecoder.none
  private var values: (any ValueDecoder)?
  private var scratch = [UInt8](repeating: 0, count: 16)
  private var current = ValueSlice(place: .scratch, start: 0, count: 0)
  /// The level of the current value: the column's maximum if it is there.
  private(set) var definitionLevel = 0

  // Of a column in a list:

  /// Values of the page that `readLevels` has come to.
  private var valuesReached = 0
  /// Values decoded ahead, the first of them number `slicesStart` of the page.
  private var slices: [ValueSlice] = []
  private var slicesStart = 0
  /// What stopped decoding behind the levels and values that were given out.
  private var levelFailure: ParquetError?
  private var valueFailure: ParquetError?

  init(_ leaf: Schema.Leaf) { self.leaf = leaf }

  var isNull: Bool { definitionLevel < leaf.maximumDefinitionLevel }

  /// Moves to the next value of a column outside lists; the caller counts that there is one.
  mutating func next() throws(ParquetError) {
    definitionLevel = try definitions.next(in: page)
    guard definitionLevel <= leaf.maximumDefinitionLevel else {
      throw .damaged("definition level \(definitionLevel) of \(leaf.maximumDefinitionLevel)")
    }
    guard !isNull else { return }
    guard let slice = try values?.next(in: page, &scratch) else { throw ByteCursor.ranOut }
    current = slice
  }

  /// Passes over `count` values of a column outside lists; the caller counts that there are as many.
  mutating func skip(_ count: Int) throws(ParquetError) {
    let present = try definitions.skip(count, counting: leaf.maximumDefinitionLevel, in: page)
    try values?.skip(present, in: page, &scratch)
  }

  /// The bytes of the current value.
  ///
  /// Changes nothing; a `mutating` method of a class's property works in place, where any other
  /// works on a copy with its reference counts.
  mutating func withBytes<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
    guard !isNull else { return try body(scratch.span.extracting(0..<0)) }
    return try withBytes(of: current, body)
  }

  /// The bytes of a value that this page gave.
  mutating func withBytes<R, E: Error>(
    of slice: ValueSlice, _ body: (Span<UInt8>) throws(E) -> R
  ) throws(E) -> R {
    let range = slice.start..<(slice.start + slice.count)
    switch slice.place {
    case .page: return try body(page.bytes.span.extracting(range))
    case .scratch: return try body(scratch.span.extracting(range))
    case .dictionary: return try body(dictionaryPage.bytes.span.extracting(range))
    }
  }

  // MARK: - Columns in lists

  /// Reads the levels of the next triplets, `count` at most and 1 at least; the caller counts that
  /// there are as many.
  mutating func readLevels(_ count: Int, into block: inout LevelBlock) throws(ParquetError) {
    block.clear()
    if levelFailure == nil {
      levelFailure = block.read(count, leaf, &repetitions, &definitions, in: page)
    }
    guard block.count > 0 else { throw levelFailure ?? ByteCursor.ranOut }
    valuesReached += block.valueCount
    block.valuesEnd = valuesReached
  }

  /// Value `number` of the page. Numbers must not go back; those left out are passed over.
  ///
  /// - Parameter end: behind the last value that is known to be there.
  @inline(__always)
  mutating func value(_ number: Int, before end: Int) throws(ParquetError) -> ValueSlice {
    let place = number - slicesStart
    return place < slices.count ? slices[place] : try decodeValue(number, before: end)
  }

  private mutating func decodeValue(
    _ number: Int, before end: Int
  ) throws(ParquetError) -> ValueSlice {
    let place = number - slicesStart
    if let valueFailure { throw valueFailure }
    if place > slices.count { try values?.skip(place - slices.count, in: page, &scratch) }
    slices.removeAll(keepingCapacity: true)
    slicesStart = number
    do throws(ParquetError) {
      try values?.fill(&slices, end - number, in: page, &scratch)
    } catch {
      valueFailure = error
    }
    guard let first = slices.first else { throw valueFailure ?? ByteCursor.ranOut }
    return first
  }

  /// Appends a value that this page gave.
  @inline(__always)
  func append(_ slice: ValueSlice, _ kind: RowValue.Kind, to row: inout RowValue) {
    let range = slice.start..<(slice.start + slice.count)
    switch slice.place {
    case .page: row.append(page.bytes.span.extracting(range), kind, leaf)
    case .scratch: row.append(scratch.span.extracting(range), kind, leaf)
    case .dictionary: row.append(dictionaryPage.bytes.span.extracting(range), kind, leaf)
    }
  }

  // MARK: - Loading

  /// Forgets what belonged to the chunk before.
  mutating func enterChunk() {
    (dictionary, values) = (nil, nil)
    dictionaryPage = PageBuffer()
  }

  /// Loads the dictionary of the chunk.
  mutating func load(dictionary stored: StoredPage, from stream: PageStream) throws(ParquetError) {
    guard case .dictionary(let count, let encoding) = stored.header.kind else { return }
    guard encoding == Encoding.plain.rawValue || encoding == Encoding.plainDictionary.rawValue
    else { throw .unsupported("a dictionary in encoding \(encoding)") }
    (dictionary, dictionaryPage) = (nil, PageBuffer())
    var buffer = PageBuffer()
    try loader.load(stored, from: stream, into: &buffer)
    dictionary = try PageDictionary(buffer, leaf, count: count)
    dictionaryPage = buffer
  }

  /// Loads a data page and stands before its first value.
  mutating func load(_ stored: StoredPage, from stream: PageStream) throws(ParquetError) {
    (values, valuesReached, slicesStart) = (nil, 0, 0)
    slices.removeAll(keepingCapacity: true)
    (levelFailure, valueFailure) = (nil, nil)
    switch stored.header.kind {
    case .data(let header):
      try loader.load(stored, from: stream, into: &page)
      var cursor = ByteCursor(0..<page.count)
      repetitions = try LevelDecoder(
        leaf.maximumRepetitionLevel, encoding: header.repetitionEncoding, count: header.valueCount,
        &cursor, page.bytes.span)
      definitions = try LevelDecoder(
        leaf.maximumDefinitionLevel, encoding: header.definitionEncoding, count: header.valueCount,
        &cursor, page.bytes.span)
      try startValues(header.encoding, cursor.position..<page.count)
    case .dataV2(let header): try load(header, stored, from: stream)
    case .dictionary, .other: break
    }
  }

  private mutating func load(
    _ header: PageHeader.DataV2, _ stored: StoredPage, from stream: PageStream
  ) throws(ParquetError) {
    let (levelBytes, overflow) = header.repetitionBytes.addingReportingOverflow(
      header.definitionBytes)
    guard !overflow else { throw .damaged("levels longer than their page") }
    try loader.load(
      stored, from: stream, into: &page, isCompressed: header.isCompressed, levelBytes: levelBytes)
    repetitions = LevelDecoder(leaf.maximumRepetitionLevel, 0..<header.repetitionBytes)
    definitions = LevelDecoder(leaf.maximumDefinitionLevel, header.repetitionBytes..<levelBytes)
    try startValues(header.encoding, levelBytes..<page.count)
  }

  private mutating func startValues(_ encoding: Int32, _ range: Range<Int>) throws(ParquetError) {
    let section = ValueSection(leaf: leaf, dictionary: dictionary, range: range)
    values = try section.decoder(encoding, page.bytes.span)
  }
}

// A span of `self.page` cannot be passed to a method that changes another part of `self`; the page
// itself can.

extension LevelDecoder {
  fileprivate mutating func next(in page: PageBuffer) throws(ParquetError) -> Int {
    try next(page.bytes.span)
  }

  fileprivate mutating func skip(
    _ count: Int, counting value: Int, in page: PageBuffer
  ) throws(ParquetError) -> Int {
    try skip(count, counting: value, page.bytes.span)
  }
}

extension ValueDecoder {
  fileprivate mutating func fill(
    _ slices: inout [ValueSlice], _ count: Int, in page: PageBuffer, _ scratch: inout [UInt8]
  ) throws(ParquetError) {
    try fill(&slices, count, page.bytes.span, &scratch)
  }

  fileprivate mutating func next(
    in page: PageBuffer, _ scratch: inout [UInt8]
  ) throws(ParquetError) -> ValueSlice {
    try next(page.bytes.span, &scratch)
  }

  fileprivate mutating func skip(
    _ count: Int, in page: PageBuffer, _ scratch: inout [UInt8]
  ) throws(ParquetError) {
    try skip(count, page.bytes.span, &scratch)
  }
}
