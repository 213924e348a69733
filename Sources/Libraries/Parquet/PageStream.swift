/// A page whose header has been read and whose bytes have not.
struct StoredPage {
  let header: PageHeader
  /// Where its bytes lie in the file.
  let bytes: Range<Int>
  let codec: Codec
}

/// Walks the pages of one column, chunk by chunk, reading headers only.
struct PageStream {
  private let source: any ByteSource
  private let chunks: [ChunkRange]
  private var nextIndex = 0
  private var position = 0
  private var end = 0
  private var codec = Codec.uncompressed

  /// A piece of the file read ahead: a header, and often the small page behind it.
  private var window: [UInt8] = []
  private var windowStart = 0
  private var windowCount = 0
  /// Most headers have a few dozen bytes; statistics can make them longer.
  private static let windowBytes = 4096

  /// The row group that is being read, counted from 0.
  var rowGroup: Int { nextIndex - 1 }

  init(_ source: any ByteSource, _ chunks: [ChunkRange]) {
    self.source = source
    self.chunks = chunks
  }

  /// Goes on to the next row group and gives its part of the column, nil after the last.
  mutating func nextChunk() -> ChunkRange? {
    guard nextIndex < chunks.count else { return nil }
    let chunk = chunks[nextIndex]
    nextIndex += 1
    (position, end, codec) = (chunk.bytes.lowerBound, chunk.bytes.upperBound, chunk.codec)
    return chunk
  }

  /// The next page of the row group, nil after its last.
  mutating func next() throws(ParquetError) -> StoredPage? {
    guard position < end else { return nil }
    let header = try readHeader()
    guard header.compressedBytes <= end - position else {
      throw .damaged("a page of \(header.compressedBytes) bytes runs over the end of its column")
    }
    let bytes = position..<(position + header.compressedBytes)
    position = bytes.upperBound
    return StoredPage(header: header, bytes: bytes, codec: codec)
  }

  /// Reads the bytes of a page to the start of `buffer`.
  func read(_ page: StoredPage, into buffer: inout PageBuffer) throws(ParquetError) {
    let range = page.bytes
    buffer.grow(to: range.count, keeping: 0)
    buffer.count = range.count
    var done = 0
    if windowStart <= range.lowerBound && range.lowerBound < windowStart + windowCount {
      let from = range.lowerBound - windowStart
      done = min(range.count, windowCount - from)
      buffer.bytes.replaceSubrange(0..<done, with: window[from..<(from + done)])
    }
    guard done < range.count else { return }
    try source.read(
      at: range.lowerBound + done, count: range.count - done, into: &buffer.bytes, from: done)
  }

  private mutating func readHeader() throws(ParquetError) -> PageHeader {
    var wanted = PageStream.windowBytes
    if position < windowStart || position >= windowStart + windowCount {
      try fillWindow(wanted)
    }
    while true {
      let failure: ThriftError
      do throws(ThriftError) {
        let range = (position - windowStart)..<min(windowCount, end - windowStart)
        var thrift = ThriftReader(window, range)
        let header = try PageHeader(from: &thrift)
        position = windowStart + thrift.position
        return header
      } catch {
        failure = error
      }
      switch failure {
      case .malformed(let reason):
        throw .damaged("no page header at byte \(position): \(reason)")
      case .endOfInput:
        guard windowStart + windowCount < end else {
          throw .damaged("the page header at byte \(position) is cut short")
        }
        if position == windowStart { wanted = max(wanted, windowCount) * 2 }
        try fillWindow(wanted)
      }
    }
  }

  private mutating func fillWindow(_ wanted: Int) throws(ParquetError) {
    let count = min(wanted, end - position)
    if window.count < count { window = [UInt8](repeating: 0, count: count) }
    windowCount = 0
    try source.read(at: position, count: count, into: &window, from: 0)
    (windowStart, windowCount) = (position, count)
  }
}
