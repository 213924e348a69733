import Shared

/// Brings the records into the order of the result without holding them all:
/// read once in the order of the lines, each is put on the shelf for its
/// stretch of positions; then one shelf at a time is loaded and read out.
///
/// Everything is read and written in long strides, so that it is as fast from
/// a disk as from memory; where one shelf holds all, nothing is written.
struct Shelves: ~Copyable {
  /// What one shelf holds, in bytes, but for records that are longer.
  private static let capacity = 16 << 20
  /// What all shelves together collect in memory before it is written.
  private static let buffered = 16 << 20

  /// What lies on the shelves.
  enum Kind { case image, row }

  private struct Shelf {
    /// The first position on it.
    let first: Int
    /// Where it begins in the file.
    let start: Int
    var written = 0
    var buffer: [UInt8] = []
  }

  private var shelves: [Shelf] = []
  private let count: Int
  private let space: TemporarySpace
  /// In the four bytes of a record's length: it is an image's.
  private static let imageBit: UInt32 = 1 << 31

  init(rows: borrowing RowIndex, images: borrowing ImageIndex, order: borrowing Ordering) {
    count = order.rowCount + order.imageCount
    space = TemporarySpace(segment: Self.capacity)
    var lengths = [UInt32](repeating: 0, count: count)
    for place in 0..<rows.count where order.rows[place] != .max {
      lengths[Int(order.rows[place])] = UInt32(rows.length(place))
    }
    for image in 0..<images.count where order.images[image] != .max {
      lengths[Int(order.images[image])] = UInt32(images.length(image))
    }
    var offset = 0
    for (position, length) in lengths.enumerated() {
      let end = offset + Spool.headerLength + Int(length)
      if end - (shelves.last?.start ?? -Self.capacity) > Self.capacity {
        shelves.append(Shelf(first: position, start: offset))
      }
      offset = end
    }
  }

  /// Puts the records of `spool` on their shelves.
  mutating func fill(
    from spool: inout Spool, of kind: Kind, positions: [UInt32]
  ) throws(ToolError) {
    let room = shelves.count == 1 ? Int.max : Self.buffered / max(shelves.count, 1)
    let bit = kind == .image ? Self.imageBit : 0
    try spool.forEach(isLast: true) { (place, text) throws(ToolError) in
      let position = positions[place]
      guard position != .max else { return true }
      let shelf = shelf(of: Int(position))
      shelves[shelf].buffer.appendLittleEndian(position)
      shelves[shelf].buffer.appendLittleEndian(UInt32(text.count) | bit)
      shelves[shelf].buffer.append(text)
      if shelves[shelf].buffer.count > room { try spill(shelf) }
      return Interrupt.requested == nil
    }
  }

  private func shelf(of position: Int) -> Int {
    var (low, high) = (0, shelves.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if shelves[middle].first <= position { low = middle } else { high = middle }
    }
    return low
  }

  private mutating func spill(_ shelf: Int) throws(ToolError) {
    let entry = shelves[shelf]
    try space.write(entry.buffer.span, at: entry.start + entry.written)
    shelves[shelf].written += entry.buffer.count
    shelves[shelf].buffer.removeAll(keepingCapacity: true)
  }

  /// Hands every record to `body` in the order of the result.
  mutating func forEach(
    _ body: (Kind, Span<UInt8>) throws(ToolError) -> Void
  ) throws(ToolError) {
    var bytes: [UInt8] = []
    var offsets: [Int] = []
    for shelf in shelves.indices {
      let length = try load(shelf, into: &bytes)
      let end = shelf + 1 < shelves.count ? shelves[shelf + 1].first : count
      offsets.removeAll(keepingCapacity: true)
      offsets.append(contentsOf: repeatElement(0, count: end - shelves[shelf].first))
      let span = bytes.span.extracting(first: length)
      var index = 0
      while index < span.count {
        offsets[Int(span.littleEndian(at: index)) - shelves[shelf].first] = index
        index += Spool.headerLength + Int(span.littleEndian(at: index + 4) & ~Self.imageBit)
      }
      for offset in offsets {
        guard Interrupt.requested == nil else { return }
        let head = span.littleEndian(at: offset + 4)
        let start = offset + Spool.headerLength
        try body(
          head & Self.imageBit == 0 ? .row : .image,
          span.extracting(start..<(start + Int(head & ~Self.imageBit))))
      }
    }
  }

  /// Reads a shelf and frees what it had collected.
  private mutating func load(_ shelf: Int, into bytes: inout [UInt8]) throws(ToolError) -> Int {
    let entry = shelves[shelf]
    shelves[shelf].buffer = []
    if entry.written == 0 {
      bytes = entry.buffer
      return bytes.count
    }
    try space.read(entry.written, at: entry.start, into: &bytes)
    bytes.replaceSubrange(entry.written..., with: entry.buffer)
    space.release(upTo: entry.start + entry.written)
    return bytes.count
  }
}
