extension Codec {
  /// Decompresses `input[range]` to `output.bytes[offset...]`; the result must have `size` bytes.
  ///
  /// `size` comes from the file and is not believed: memory is taken for what `range.count` bytes
  /// can become at most, or grows with what has been decompressed.
  /// - Throws: `ParquetError` naming the codec.
  func decompress(
    _ input: [UInt8], _ range: Range<Int>, into output: inout PageBuffer, at offset: Int, size: Int
  ) throws(ParquetError) {
    guard size > 0 else { return }
    var target = Target(buffer: output, offset: offset, size: size)
    output = PageBuffer()
    defer { output = target.buffer }
    switch self {
    case .snappy: try Snappy.decompress(input, range, into: &target)
    case .gzip: try Gzip.decompress(input, range, into: &target)
    case .zstd: try Zstd.decompress(input, range, into: &target)
    case .brotli: try Brotli.decompress(input, range, into: &target)
    case .lz4Raw: try LZ4.decompress(input, range, into: &target)
    case .lz4: try LZ4.decompressHadoop(input, range, into: &target)
    case .uncompressed, .lzo: throw .unsupported("compression \(self)")
    }
  }
}

/// Where a codec writes: `size` bytes from `offset` of a buffer that grows as needed.
struct Target {
  var buffer: PageBuffer
  let offset: Int
  let size: Int

  /// Bytes that there is room for, `size` at most.
  var room: Int { min(size, buffer.bytes.count - offset) }

  /// Makes room for `count` bytes, `size` at most, keeping the first `used` of them.
  mutating func grow(to count: Int, keeping used: Int = 0) {
    buffer.grow(to: offset + min(count, size), keeping: offset + used)
  }

  /// Makes room for all `size` bytes, unless so few bytes of input cannot become so many.
  mutating func growFully(from inputBytes: Int, ratio: Int, _ codec: String) throws(ParquetError) {
    guard size / ratio <= inputBytes else {
      throw .damaged("\(codec): \(inputBytes) bytes cannot hold the \(size) that are claimed")
    }
    grow(to: size)
  }

  /// The first guess for codecs whose ratio has no useful bound.
  mutating func growFirst(from inputBytes: Int) {
    let (guess, overflow) = inputBytes.multipliedReportingOverflow(by: 16)
    grow(to: overflow ? size : max(guess, 1 << 16))
  }
}
