internal import CZlib

/// Brings the bytes of a page into memory: read, checked against its checksum, decompressed.
struct PageLoader {
  /// The page as it is stored.
  private var stored = PageBuffer()

  /// Loads `page` into `output`.
  ///
  /// The first `levelBytes` of a page of the second version are never compressed.
  mutating func load(
    _ page: StoredPage, from stream: PageStream, into output: inout PageBuffer,
    isCompressed: Bool = true, levelBytes: Int = 0
  ) throws(ParquetError) {
    let header = page.header
    guard levelBytes <= min(header.compressedBytes, header.uncompressedBytes) else {
      throw .damaged("levels of \(levelBytes) bytes in a page of \(header.compressedBytes)")
    }
    guard isCompressed, page.codec != .uncompressed else {
      guard header.compressedBytes == header.uncompressedBytes else {
        throw .damaged("an uncompressed page with two different sizes")
      }
      try stream.read(page, into: &output)
      try verify(header, output)
      return
    }
    try stream.read(page, into: &stored)
    try verify(header, stored)
    output.count = 0
    output.grow(to: levelBytes, keeping: 0)
    output.bytes.replaceSubrange(0..<levelBytes, with: stored.bytes[0..<levelBytes])
    try page.codec.decompress(
      stored.bytes, levelBytes..<stored.count, into: &output, at: levelBytes,
      size: header.uncompressedBytes - levelBytes)
    output.count = header.uncompressedBytes
  }

  private func verify(_ header: PageHeader, _ buffer: PageBuffer) throws(ParquetError) {
    guard let expected = header.checksum else { return }
    let actual = unsafe buffer.bytes.withUnsafeBufferPointer {
      unsafe crc32_z(0, $0.baseAddress, buffer.count)
    }
    guard UInt32(truncatingIfNeeded: actual) == expected else {
      throw .damaged("the page does not match its checksum")
    }
  }
}
