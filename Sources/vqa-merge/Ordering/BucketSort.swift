import Shared

/// Brings the records into the order of the result without holding them all:
/// read once in the order of the lines, each is put into the bucket for its
/// stretch of positions; then one bucket at a time is loaded and read out.
///
/// Everything is read and written in long strides, so that it is as fast from
/// a disk as from memory; where one bucket holds all, nothing is written.
struct BucketSort: ~Copyable {
  /// What one bucket holds, in bytes, but for records that are longer.
  private static let capacity = 16 << 20
  /// What all buckets together collect in memory before it is written.
  private static let buffered = 16 << 20

  /// What the buckets hold.
  enum Kind { case image, row }

  private struct Bucket {
    /// The first position in it.
    let first: Int
    /// Where it begins in the file.
    let start: Int
    var written = 0
    var buffer: [UInt8] = []
  }

  private var buckets: [Bucket] = []
  private let count: Int
  private let space: SegmentedFile
  /// In the four bytes of a record's length: it is an image's.
  private static let imageBit: UInt32 = 1 << 31

  init(rows: borrowing RowIndex, images: borrowing ImageIndex, order: borrowing ResultOrder) {
    count = order.rowCount + order.imageCount
    space = SegmentedFile(segment: Self.capacity)
    var lengths = [UInt32](repeating: 0, count: count)
    for place in 0..<rows.count where order.rows[place] != .max {
      lengths[Int(order.rows[place])] = UInt32(rows.length(place))
    }
    for image in 0..<images.count where order.images[image] != .max {
      lengths[Int(order.images[image])] = UInt32(images.length(image))
    }
    var offset = 0
    for (position, length) in lengths.enumerated() {
      let end = offset + SpillFile.headerLength + Int(length)
      if end - (buckets.last?.start ?? -Self.capacity) > Self.capacity {
        buckets.append(Bucket(first: position, start: offset))
      }
      offset = end
    }
  }

  /// Puts the records of `spill` into their buckets.
  mutating func fill(
    from spill: inout SpillFile, of kind: Kind, positions: [UInt32]
  ) throws(ToolError) {
    let room = buckets.count == 1 ? Int.max : Self.buffered / max(buckets.count, 1)
    let bit = kind == .image ? Self.imageBit : 0
    try spill.forEach(isLast: true) { (place, text) throws(ToolError) in
      let position = positions[place]
      guard position != .max else { return true }
      let bucket = bucket(of: Int(position))
      buckets[bucket].buffer.appendLittleEndian(position)
      buckets[bucket].buffer.appendLittleEndian(UInt32(text.count) | bit)
      buckets[bucket].buffer.append(text)
      if buckets[bucket].buffer.count > room { try flush(bucket) }
      return Interrupt.requested == nil
    }
  }

  private func bucket(of position: Int) -> Int {
    var (low, high) = (0, buckets.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if buckets[middle].first <= position { low = middle } else { high = middle }
    }
    return low
  }

  private mutating func flush(_ bucket: Int) throws(ToolError) {
    let entry = buckets[bucket]
    try space.write(entry.buffer.span, at: entry.start + entry.written)
    buckets[bucket].written += entry.buffer.count
    buckets[bucket].buffer.removeAll(keepingCapacity: true)
  }

  /// Hands every record to `body` in the order of the result.
  mutating func forEach(
    _ body: (Kind, Span<UInt8>) throws(ToolError) -> Void
  ) throws(ToolError) {
    var bytes: [UInt8] = []
    var offsets: [Int] = []
    for bucket in buckets.indices {
      let length = try load(bucket, into: &bytes)
      let end = bucket + 1 < buckets.count ? buckets[bucket + 1].first : count
      offsets.removeAll(keepingCapacity: true)
      offsets.append(contentsOf: repeatElement(0, count: end - buckets[bucket].first))
      let span = bytes.span.extracting(first: length)
      var index = 0
      while index < span.count {
        offsets[Int(span.littleEndian(at: index)) - buckets[bucket].first] = index
        index += SpillFile.headerLength + Int(span.littleEndian(at: index + 4) & ~Self.imageBit)
      }
      for offset in offsets {
        guard Interrupt.requested == nil else { return }
        let head = span.littleEndian(at: offset + 4)
        let start = offset + SpillFile.headerLength
        try body(
          head & Self.imageBit == 0 ? .row : .image,
          span.extracting(start..<(start + Int(head & ~Self.imageBit))))
      }
    }
  }

  /// Reads a bucket and frees what it had collected.
  private mutating func load(_ bucket: Int, into bytes: inout [UInt8]) throws(ToolError) -> Int {
    let entry = buckets[bucket]
    buckets[bucket].buffer = []
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
