internal import CLZ4

/// https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
enum LZ4 {
  /// A byte of length says 255 bytes of match at most.
  private static let maximumRatio = 255

  /// One block.
  static func decompress(
    _ input: [UInt8], _ range: Range<Int>, into target: inout Target
  ) throws(ParquetError) {
    try target.growFully(from: range.count, ratio: maximumRatio, "lz4")
    guard block(input, range, &target, 0) == target.size else {
      throw .damaged("lz4: the data is damaged or not of its stated size")
    }
  }

  /// The older codec: Hadoop's frame, or from some writers a bare block.
  ///
  /// The frame repeats: decompressed size and compressed size, 4 bytes big-endian each, a block.
  static func decompressHadoop(
    _ input: [UInt8], _ range: Range<Int>, into target: inout Target
  ) throws(ParquetError) {
    try target.growFully(from: range.count, ratio: maximumRatio, "lz4")
    if frames(input, range, &target) { return }
    try decompress(input, range, into: &target)
  }

  private static func frames(
    _ input: [UInt8], _ range: Range<Int>, _ target: inout Target
  ) -> Bool {
    var (position, done) = (range.lowerBound, 0)
    while range.upperBound - position >= 8 {
      let size = bigEndian(input, position)
      let stored = bigEndian(input, position + 4)
      position += 8
      guard stored <= range.upperBound - position, size <= target.size - done else { return false }
      guard block(input, position..<(position + stored), &target, done, size) == size else {
        return false
      }
      position += stored
      done += size
    }
    return position == range.upperBound && done == target.size
  }

  /// The number of bytes that the block at `range` became, negative if it is damaged.
  private static func block(
    _ input: [UInt8], _ range: Range<Int>, _ target: inout Target, _ start: Int, _ size: Int? = nil
  ) -> Int {
    guard let count = Int32(exactly: range.count),
      let room = Int32(exactly: size ?? target.size - start)
    else { return -1 }
    let offset = target.offset + start
    return unsafe input.withUnsafeBytes { source in
      unsafe target.buffer.bytes.withUnsafeMutableBytes { destination in
        let from = unsafe source.baseAddress?.advanced(by: range.lowerBound)
        let to = unsafe destination.baseAddress?.advanced(by: offset)
        return Int(
          unsafe LZ4_decompress_safe(
            from?.assumingMemoryBound(to: CChar.self), to?.assumingMemoryBound(to: CChar.self),
            count, room))
      }
    }
  }

  private static func bigEndian(_ bytes: [UInt8], _ position: Int) -> Int {
    bytes[position..<(position + 4)].reduce(0) { $0 << 8 | Int($1) }
  }
}
