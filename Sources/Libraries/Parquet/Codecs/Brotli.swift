internal import CBrotli

/// https://datatracker.ietf.org/doc/html/rfc7932
enum Brotli {
  static func decompress(
    _ input: [UInt8], _ range: Range<Int>, into target: inout Target
  ) throws(ParquetError) {
    guard let state = unsafe BrotliDecoderCreateInstance(nil, nil, nil) else {
      throw .damaged("brotli: no memory")
    }
    defer { unsafe BrotliDecoderDestroyInstance(state) }
    target.growFirst(from: range.count)
    var (position, done) = (range.lowerBound, 0)
    while true {
      let result = unsafe step(state, input, range, &position, &target, &done)
      if result == BROTLI_DECODER_RESULT_SUCCESS { break }
      guard result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT, target.room < target.size else {
        throw .damaged("brotli: the data is damaged or not of its stated size")
      }
      target.grow(to: target.room * 2, keeping: done)
    }
    guard done == target.size else {
      throw .damaged("brotli: \(done) bytes where \(target.size) are claimed")
    }
  }

  /// Decompresses as much as input and room allow and moves `position` and `done` on.
  private static func step(
    _ state: OpaquePointer, _ input: [UInt8], _ range: Range<Int>, _ position: inout Int,
    _ target: inout Target, _ done: inout Int
  ) -> BrotliDecoderResult {
    let (from, to) = (position, target.offset + done)
    var availableIn = range.upperBound - from
    var availableOut = target.room - done
    let given = (in: availableIn, out: availableOut)
    defer {
      position += given.in - availableIn
      done += given.out - availableOut
    }
    return unsafe input.withUnsafeBytes { source in
      unsafe target.buffer.bytes.withUnsafeMutableBytes { destination in
        let bytes = unsafe source.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var nextIn = unsafe bytes?.advanced(by: from)
        let output = unsafe destination.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var nextOut = unsafe output?.advanced(by: to)
        return unsafe BrotliDecoderDecompressStream(
          state, &availableIn, &nextIn, &availableOut, &nextOut, nil)
      }
    }
  }
}
