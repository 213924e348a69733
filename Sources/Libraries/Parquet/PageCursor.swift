/// A place among the values of one column: which page is loaded and how many
/// values are left in it and in its row group.
struct PageCursor {
  private var stream: PageStream
  var page: OpenPage
  /// A dictionary that no page has asked for yet.
  private var unreadDictionary: StoredPage?
  /// Values of the row group that lie behind the loaded page.
  private var valuesLeftInChunk = 0
  private var valuesLeftInPage = 0

  init(_ leaf: Schema.Leaf, _ stream: PageStream) {
    self.stream = stream
    page = OpenPage(leaf)
  }

  /// The row group that is being read, counted from 0.
  var rowGroup: Int { stream.rowGroup }

  /// Goes on to the next row group and gives its number of rows, nil after the last.
  mutating func enterChunk() -> Int? {
    guard let chunk = stream.nextChunk() else { return nil }
    unreadDictionary = nil
    page.enterChunk()
    (valuesLeftInChunk, valuesLeftInPage) = (chunk.valueCount, 0)
    return chunk.rowCount
  }

  /// Passes over the row group that has just been entered.
  mutating func skipChunk() { valuesLeftInChunk = 0 }

  /// Makes sure that the page with the next value is loaded; false at the end of the row group.
  ///
  /// Pages whose rows lie within the next `skipping` rows are passed over; this must only be asked
  /// for where the next value begins a row.
  mutating func reachPage(skipping: inout Int) throws(ParquetError) -> Bool {
    while valuesLeftInPage == 0 {
      guard valuesLeftInChunk > 0 else { return false }
      guard let stored = try stream.next() else {
        throw .damaged("the pages hold \(valuesLeftInChunk) values less than the row group")
      }
      guard let count = stored.header.valueCount else {
        if case .dictionary = stored.header.kind { unreadDictionary = stored }
        continue
      }
      guard count <= valuesLeftInChunk else {
        throw .damaged("the pages hold more values than the row group")
      }
      valuesLeftInChunk -= count
      if let rows = rowCount(stored.header), rows <= skipping, rows > 0 || count == 0 {
        skipping -= rows
        continue
      }
      if let dictionary = unreadDictionary {
        try page.load(dictionary: dictionary, from: stream)
        unreadDictionary = nil
      }
      try page.load(stored, from: stream)
      valuesLeftInPage = count
    }
    return true
  }

  /// Moves to the next value of the loaded page, which has one.
  mutating func next() throws(ParquetError) {
    valuesLeftInPage -= 1
    try page.next()
  }

  /// Passes over as many of `count` values as the loaded page has, and gives how many that were.
  mutating func skipInPage(_ count: Int) throws(ParquetError) -> Int {
    let step = min(count, valuesLeftInPage)
    try page.skip(step)
    valuesLeftInPage -= step
    return step
  }

  /// Reads the levels of the next triplets of the loaded page, which has some left.
  mutating func readLevels(into block: inout LevelBlock) throws(ParquetError) {
    try page.readLevels(min(valuesLeftInPage, LevelBlock.maximumCount), into: &block)
    valuesLeftInPage -= block.count
  }

  /// The bytes of the current value; `mutating` as in `OpenPage`.
  mutating func withBytes<R, E: Error>(
    _ body: (Span<UInt8>) throws(E) -> R
  ) throws(E) -> R {
    try page.withBytes(body)
  }

  /// Rows of a data page, if its header alone says how many.
  private func rowCount(_ header: PageHeader) -> Int? {
    guard page.leaf.maximumRepetitionLevel > 0 else { return header.valueCount }
    guard case .dataV2(let version2) = header.kind else { return nil }
    return version2.rowCount
  }
}

extension PageHeader {
  /// Values of a data page, nulls and empty lists included; nil for other pages.
  fileprivate var valueCount: Int? {
    switch kind {
    case .data(let header): header.valueCount
    case .dataV2(let header): header.valueCount
    case .dictionary, .other: nil
    }
  }
}
