internal import CSnappy

/// https://github.com/google/snappy/blob/main/format_description.txt
enum Snappy {
  /// The best that the format can do is a copy of 64 bytes said in 3.
  private static let maximumRatio = 22

  static func decompress(
    _ input: [UInt8], _ range: Range<Int>, into target: inout Target
  ) throws(ParquetError) {
    try target.growFully(from: range.count, ratio: maximumRatio, "snappy")
    var written = target.size
    let status = unsafe input.withUnsafeBytes { source in
      unsafe target.buffer.bytes.withUnsafeMutableBytes { destination in
        let from = unsafe source.baseAddress?.advanced(by: range.lowerBound)
        let to = unsafe destination.baseAddress?.advanced(by: target.offset)
        return unsafe snappy_uncompress(
          from?.assumingMemoryBound(to: CChar.self), range.count,
          to?.assumingMemoryBound(to: CChar.self), &written)
      }
    }
    guard status == SNAPPY_OK, written == target.size else {
      throw .damaged("snappy: the data is damaged or not of its stated size")
    }
  }
}
