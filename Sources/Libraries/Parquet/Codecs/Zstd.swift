internal import CZstd

/// https://datatracker.ietf.org/doc/html/rfc8878
enum Zstd {
  static func decompress(
    _ input: [UInt8], _ range: Range<Int>, into target: inout Target
  ) throws(ParquetError) {
    target.growFirst(from: range.count)
    while true {
      let result = attempt(input, range, &target)
      if ZSTD_isError(result) == 0 {
        guard result == target.size else {
          throw .damaged("zstd: \(result) bytes where \(target.size) are claimed")
        }
        return
      }
      // A frame of a few bytes can stand for gigabytes, so room is made as it proves to be
      // needed; data that is not a bomb fits the first guess.
      guard ZSTD_getErrorCode(result) == ZSTD_error_dstSize_tooSmall,
        target.room < target.size
      else {
        throw .damaged("zstd: \(unsafe String(cString: ZSTD_getErrorName(result)))")
      }
      target.grow(to: target.room * 4)
    }
  }

  private static func attempt(
    _ input: [UInt8], _ range: Range<Int>, _ target: inout Target
  ) -> Int {
    let room = target.room
    return unsafe input.withUnsafeBytes { source in
      unsafe target.buffer.bytes.withUnsafeMutableBytes { destination in
        let from = unsafe source.baseAddress?.advanced(by: range.lowerBound)
        let to = unsafe destination.baseAddress?.advanced(by: target.offset)
        return unsafe ZSTD_decompress(to, room, from, range.count)
      }
    }
  }
}
