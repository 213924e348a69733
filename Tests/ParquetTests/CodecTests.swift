import Testing

@testable import Parquet

/// What no writer among the oracles writes.
struct CodecTests {
  private func decompress(_ codec: Codec, _ input: [UInt8], size: Int) throws -> String {
    var output = PageBuffer()
    try codec.decompress(input, 0..<input.count, into: &output, at: 0, size: size)
    return String(decoding: output.bytes.prefix(size), as: UTF8.self)
  }

  /// Five literals and nothing more: a whole LZ4 block.
  private static let block = [0x50] + Array("hello".utf8)

  @Test func readsHadoopFramesAndBareBlocks() throws {
    let frame: [UInt8] = [0, 0, 0, 5, 0, 0, 0, 6] + Self.block
    #expect(try decompress(.lz4, frame, size: 5) == "hello")
    #expect(try decompress(.lz4, frame + frame, size: 10) == "hellohello")
    #expect(try decompress(.lz4, Self.block, size: 5) == "hello")
    #expect(try decompress(.lz4Raw, Self.block, size: 5) == "hello")
    #expect(throws: ParquetError.self) { try decompress(.lz4, frame, size: 6) }
    #expect(throws: ParquetError.self) { try decompress(.lz4, Array(frame.dropLast()), size: 5) }
  }

  /// Written by Python's `gzip.compress(b"hello", mtime=0) + gzip.compress(b" world", mtime=0)`.
  private static let members: [UInt8] = bytes(
    "1f8b0800000000000203cb48cdc9c9070086a61036050000001f8b0800000000"
      + "0002035328cf2fca490100cb423b4a06000000")

  @Test func readsGzipOfSeveralMembers() throws {
    #expect(try decompress(.gzip, Self.members, size: 11) == "hello world")
    #expect(throws: ParquetError.self) { try decompress(.gzip, Self.members, size: 12) }
    #expect(throws: ParquetError.self) {
      try decompress(.gzip, Array(Self.members.dropLast(12)), size: 11)
    }
  }

  /// A size in a header is not believed: nothing is allocated for what so few bytes cannot hold.
  @Test(arguments: [Codec.snappy, .lz4, .lz4Raw, .gzip, .zstd, .brotli])
  func takesNoMemoryOnAClaim(codec: Codec) {
    var output = PageBuffer()
    let input = Self.block
    #expect(throws: ParquetError.self) {
      try codec.decompress(input, 0..<input.count, into: &output, at: 0, size: 2_000_000_000)
    }
    #expect(output.bytes.count <= 1 << 20)
  }

  private static func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.utf8.map { UInt8($0 > 0x60 ? $0 - 0x57 : $0 - 0x30) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
