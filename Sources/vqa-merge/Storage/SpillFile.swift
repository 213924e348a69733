import Shared

/// Texts that wait on disk, in the order in which they came; a few of them
/// wait in memory alone.
///
/// Each is preceded by the place of its line and its length, two `UInt32`.
struct SpillFile: ~Copyable {
  /// What is collected before it is written, in bytes.
  private static let capacity = 256 * 1024
  static let headerLength = 8

  private var buffer: [UInt8] = []
  private let space = SegmentedFile(segment: 64 << 20)
  private var written = 0

  /// Bytes in all, headers included.
  var count: Int { written + buffer.count }

  /// Appends a text.
  mutating func append(_ text: [UInt8], place: Int) throws(ToolError) {
    try begin(place, try Record.Length(text.count))
    buffer.append(text.span)
  }

  /// Appends the record of some fields of a row.
  mutating func append(
    _ fields: [Field], of row: borrowing RowFields, place: Int
  ) throws(ToolError) {
    try begin(place, try row.recordLength(fields))
    row.appendRecord(fields, to: &buffer)
  }

  private mutating func begin(_ place: Int, _ length: Record.Length) throws(ToolError) {
    if buffer.count + Int(length.value) + Self.headerLength > Self.capacity { try spill() }
    buffer.appendLittleEndian(UInt32(place))
    buffer.appendLittleEndian(length.value)
  }

  private mutating func spill() throws(ToolError) {
    try space.write(buffer.span, at: written)
    written += buffer.count
    buffer.removeAll(keepingCapacity: true)
  }

  /// Hands every text to `body`, with the place of its line, until it says
  /// false.
  ///
  /// - Parameter isLast: whether the texts are given up on the way.
  mutating func forEach(
    isLast: Bool = false,
    _ body: (_ place: Int, _ text: Span<UInt8>) throws(ToolError) -> Bool
  ) throws(ToolError) {
    if written > 0, !buffer.isEmpty { try spill() }
    var chunk: [UInt8] = []
    var start = 0
    while start < count {
      let length = try load(&chunk, from: start)
      let used = try Self.walk(chunk.span.extracting(first: length), body)
      guard let used else { return }
      start += used
      if isLast { space.release(upTo: start) }
    }
  }

  /// Loads what can be walked from `start` on: at least one text.
  private func load(_ chunk: inout [UInt8], from start: Int) throws(ToolError) -> Int {
    guard written > 0 else {
      chunk = buffer
      return chunk.count
    }
    var length = min(1 << 20, written - start)
    try space.read(length, at: start, into: &chunk)
    let first = Self.headerLength + Int(chunk.span.littleEndian(at: 4))
    if first > length {
      length = first
      try space.read(length, at: start, into: &chunk)
    }
    return length
  }

  /// How much of `bytes` whole texts make up; nil if `body` has had enough.
  private static func walk(
    _ bytes: Span<UInt8>, _ body: (Int, Span<UInt8>) throws(ToolError) -> Bool
  ) throws(ToolError) -> Int? {
    var index = 0
    while index + headerLength <= bytes.count {
      let end = index + headerLength + Int(bytes.littleEndian(at: index + 4))
      guard end <= bytes.count else { break }
      let place = Int(bytes.littleEndian(at: index))
      guard try body(place, bytes.extracting((index + headerLength)..<end)) else { return nil }
      index = end
    }
    return index
  }
}
