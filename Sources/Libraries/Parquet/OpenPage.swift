/// A page in memory and the place reached in it: its levels and values, decoded one by one.
struct OpenPage {
  private let leaf: Schema.Leaf
  private var loader = PageLoader()
  private var page = PageBuffer()
  private var dictionary: PageDictionary?
  private var levels = LevelDecoder.none
  private var values: (any ValueDecoder)?
  private var scratch = [UInt8](repeating: 0, count: 16)
  private var current = ValueSlice(place: .scratch, start: 0, count: 0)
  /// The level of the current value: the column's maximum if it is there.
  private(set) var definitionLevel = 0

  init(_ leaf: Schema.Leaf) { self.leaf = leaf }

  var isNull: Bool { definitionLevel < leaf.maximumDefinitionLevel }

  /// Moves to the next value; the caller counts that there is one.
  mutating func next() throws(ParquetError) {
    definitionLevel = try levels.next(in: page)
    guard definitionLevel <= leaf.maximumDefinitionLevel else {
      throw .damaged("definition level \(definitionLevel) of \(leaf.maximumDefinitionLevel)")
    }
    guard !isNull else { return }
    guard let slice = try values?.next(in: page, &scratch) else { throw ByteCursor.ranOut }
    current = slice
  }

  /// Passes over `count` values; the caller counts that there are as many.
  mutating func skip(_ count: Int) throws(ParquetError) {
    let present = try levels.skip(count, counting: leaf.maximumDefinitionLevel, in: page)
    try values?.skip(present, in: page, &scratch)
  }

  /// The bytes of the current value.
  func withBytes<R>(_ body: (Span<UInt8>) -> R) -> R {
    let range = isNull ? 0..<0 : current.start..<(current.start + current.count)
    switch current.place {
    case .page: return body(page.bytes.span.extracting(range))
    case .scratch: return body(scratch.span.extracting(range))
    case .dictionary:
      guard let dictionary else { return body(scratch.span.extracting(0..<0)) }
      let buffer = dictionary.buffer
      return body(buffer.bytes.span.extracting(range))
    }
  }

  // MARK: - Loading

  /// Forgets what belonged to the chunk before.
  mutating func enterChunk() {
    (dictionary, values) = (nil, nil)
  }

  /// Loads the dictionary of the chunk.
  mutating func load(dictionary stored: StoredPage, from stream: PageStream) throws(ParquetError) {
    guard case .dictionary(let count, let encoding) = stored.header.kind else { return }
    guard encoding == Encoding.plain.rawValue || encoding == Encoding.plainDictionary.rawValue
    else { throw .unsupported("a dictionary in encoding \(encoding)") }
    dictionary = nil
    var buffer = PageBuffer()
    try loader.load(stored, from: stream, into: &buffer)
    dictionary = try PageDictionary(buffer, leaf, count: count)
  }

  /// Loads a data page and stands before its first value.
  mutating func load(_ stored: StoredPage, from stream: PageStream) throws(ParquetError) {
    values = nil
    switch stored.header.kind {
    case .data(let count, let encoding, let levelEncoding):
      try loader.load(stored, from: stream, into: &page)
      var cursor = ByteCursor(0..<page.count)
      levels = try LevelDecoder(
        leaf.maximumDefinitionLevel, encoding: levelEncoding, count: count, &cursor,
        page.bytes.span)
      try startValues(encoding, cursor.position..<page.count)
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
    let width = LevelDecoder.width(leaf.maximumDefinitionLevel)
    let range = header.repetitionBytes..<levelBytes
    levels = width == 0 ? .none : .hybrid(HybridDecoder(range, width: width))
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
