/// A page in memory and the place reached in it: its levels and values, decoded one by one.
struct OpenPage {
  let leaf: Schema.Leaf
  private var loader = PageLoader()
  private var page = PageBuffer()
  private var dictionary: PageDictionary?
  private var repetitions = LevelDecoder.none
  private var definitions = LevelDecoder.none
  private var values: (any ValueDecoder)?
  private var scratch = [UInt8](repeating: 0, count: 16)
  private var current = ValueSlice(place: .scratch, start: 0, count: 0)
  /// Values of this page that the levels have come to and nobody has read.
  private var unreadValues = 0
  /// The level of the current value: the column's maximum if it is there.
  private(set) var definitionLevel = 0
  /// Which of the repeated fields on the path the current value is a next element of, counted from
  /// 1 at the top; 0 if it begins a row.
  private(set) var repetitionLevel = 0

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

  /// Moves to the next levels, without reading the value that belongs to them; the caller counts
  /// that there are any.
  mutating func nextLevels() throws(ParquetError) {
    repetitionLevel = try repetitions.next(in: page)
    definitionLevel = try definitions.next(in: page)
    guard definitionLevel <= leaf.maximumDefinitionLevel else {
      throw .damaged("definition level \(definitionLevel) of \(leaf.maximumDefinitionLevel)")
    }
    guard repetitionLevel <= leaf.maximumRepetitionLevel else {
      throw .damaged("repetition level \(repetitionLevel) of \(leaf.maximumRepetitionLevel)")
    }
    if !isNull { unreadValues += 1 }
  }

  /// Reads the value that belongs to the current levels, which say that there is one.
  mutating func readValue() throws(ParquetError) {
    guard unreadValues > 0 else { return }
    if unreadValues > 1 { try values?.skip(unreadValues - 1, in: page, &scratch) }
    unreadValues = 0
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
    let range = isNull ? 0..<0 : current.start..<(current.start + current.count)
    switch current.place {
    case .page: return try body(page.bytes.span.extracting(range))
    case .scratch: return try body(scratch.span.extracting(range))
    case .dictionary:
      guard let dictionary else { return try body(scratch.span.extracting(0..<0)) }
      let buffer = dictionary.buffer
      return try body(buffer.bytes.span.extracting(range))
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
    (values, unreadValues) = (nil, 0)
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
