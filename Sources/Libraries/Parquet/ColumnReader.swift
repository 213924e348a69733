/// The values of one column, row after row.
///
/// After `next()` has returned true, the current value can be looked at until the next call. Rows
/// can be skipped; whole row groups and pages are then passed over without being read.
public final class ColumnReader {
  /// The column.
  public let leaf: Schema.Leaf

  private var stream: PageStream
  private var page: OpenPage
  /// A dictionary that no page has asked for yet.
  private var unreadDictionary: StoredPage?
  private var rowsLeftInChunk = 0
  private var rowsLeftInPage = 0
  /// After an error the position is not known any more.
  private var failure: ParquetError?

  init(_ leaf: Schema.Leaf, _ stream: PageStream) {
    self.leaf = leaf
    self.stream = stream
    page = OpenPage(leaf)
  }

  /// How deep the current value's path is defined: `leaf.maximumDefinitionLevel` if it is there.
  public var definitionLevel: Int { page.definitionLevel }

  /// Whether the current value is absent, for whatever field of its path.
  public var isNull: Bool { page.isNull }

  /// Calls `body` with the bytes of the current value: little-endian for numbers, one byte 0 or 1
  /// for booleans, none for null.
  public func withBytes<R>(_ body: (Span<UInt8>) -> R) -> R {
    page.withBytes(body)
  }

  /// Moves to the next row; false after the last.
  /// - Throws: `ParquetError`, and the same again ever after.
  public func next() throws(ParquetError) -> Bool {
    try guarded { () throws(ParquetError) in
      var none = 0
      guard try reachPage(skipping: &none) else { return false }
      rowsLeftInPage -= 1
      try page.next()
      return true
    }
  }

  /// Passes over `count` rows, or as many as there are.
  /// - Throws: `ParquetError`, and the same again ever after.
  public func skip(_ count: Int) throws(ParquetError) {
    _ = try guarded { () throws(ParquetError) in
      var left = count
      while left > 0, try reachPage(skipping: &left) {
        let step = min(left, rowsLeftInPage)
        try page.skip(step)
        rowsLeftInPage -= step
        left -= step
      }
      return true
    }
  }

  private func guarded(
    _ body: () throws(ParquetError) -> Bool
  ) throws(ParquetError) -> Bool {
    if let failure { throw failure }
    do throws(ParquetError) {
      return try body()
    } catch {
      let located = error.at("column \(leaf.name), row group \(stream.rowGroup)")
      failure = located
      throw located
    }
  }

  /// Makes sure that the page with the next row is loaded; false after the last row.
  ///
  /// Row groups and pages that lie within the next `skipping` rows are passed over.
  private func reachPage(skipping: inout Int) throws(ParquetError) -> Bool {
    while rowsLeftInPage == 0 {
      guard rowsLeftInChunk > 0 else {
        guard enterChunk(skipping: &skipping) else { return false }
        continue
      }
      guard let stored = try stream.next() else {
        throw .damaged("the pages hold \(rowsLeftInChunk) rows less than the row group")
      }
      guard let count = stored.header.rowCount else {
        if case .dictionary = stored.header.kind { unreadDictionary = stored }
        continue
      }
      guard count <= rowsLeftInChunk else {
        throw .damaged("the pages hold more rows than the row group")
      }
      rowsLeftInChunk -= count
      guard count > skipping else {
        skipping -= count
        continue
      }
      if let dictionary = unreadDictionary {
        try page.load(dictionary: dictionary, from: stream)
        unreadDictionary = nil
      }
      try page.load(stored, from: stream)
      rowsLeftInPage = count
    }
    return true
  }

  private func enterChunk(skipping: inout Int) -> Bool {
    guard let rows = stream.nextChunk() else { return false }
    unreadDictionary = nil
    page.enterChunk()
    if rows <= skipping { skipping -= rows } else { rowsLeftInChunk = rows }
    return true
  }
}

extension PageHeader {
  /// Rows of a data page; outside lists every value, null or not, is a row.
  fileprivate var rowCount: Int? {
    switch kind {
    case .data(let count, _, _): count
    case .dataV2(let header): header.valueCount
    case .dictionary, .other: nil
    }
  }
}
