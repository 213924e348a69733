internal import CZlib

/// https://datatracker.ietf.org/doc/html/rfc1952, of any number of members.
enum Gzip {
  static func decompress(
    _ input: [UInt8], _ range: Range<Int>, into target: inout Target
  ) throws(ParquetError) {
    target.growFirst(from: range.count)
    var stream = unsafe z_stream()
    // 15 bits of window; 32 tells zlib to take gzip or zlib headers as they come.
    let version = unsafe zlibVersion()
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    guard unsafe inflateInit2_(&stream, 15 + 32, version, size) == Z_OK else {
      throw .damaged("gzip: no memory")
    }
    defer { unsafe inflateEnd(&stream) }

    var (position, done) = (range.lowerBound, 0)
    while true {
      let status = unsafe step(&stream, input, range, &position, &target, &done)
      if status == Z_STREAM_END {
        guard position < range.upperBound && done < target.size else { break }
        guard unsafe inflateReset(&stream) == Z_OK else { throw .damaged("gzip: damaged data") }
      } else if status == Z_OK || status == Z_BUF_ERROR {
        guard done == target.room else { throw .damaged("gzip: the data is cut short") }
        // With all room used the end of the stream is still to be read, which takes no room.
        guard target.room < target.size || status == Z_OK else {
          throw .damaged("gzip: more data than is claimed")
        }
        target.grow(to: target.room * 2, keeping: done)
      } else {
        throw .damaged("gzip: damaged data")
      }
    }
    guard done == target.size else {
      throw .damaged("gzip: \(done) bytes where \(target.size) are claimed")
    }
  }

  /// Inflates as much as input and room allow and moves `position` and `done` on.
  private static func step(
    _ stream: inout z_stream, _ input: [UInt8], _ range: Range<Int>, _ position: inout Int,
    _ target: inout Target, _ done: inout Int
  ) -> Int32 {
    let (from, to, room) = (position, target.offset + done, target.room - done)
    return unsafe input.withUnsafeBytes { source in
      unsafe target.buffer.bytes.withUnsafeMutableBytes { destination in
        let next = unsafe source.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.next_in = unsafe UnsafeMutablePointer(mutating: next?.advanced(by: from))
        unsafe stream.avail_in = UInt32(clamping: range.upperBound - from)
        let output = unsafe destination.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.next_out = unsafe output?.advanced(by: to)
        unsafe stream.avail_out = UInt32(clamping: room)
        let given = (in: unsafe stream.avail_in, out: unsafe stream.avail_out)
        let status = unsafe inflate(&stream, Z_NO_FLUSH)
        position += Int(given.in - (unsafe stream.avail_in))
        done += Int(given.out - (unsafe stream.avail_out))
        return status
      }
    }
  }
}
