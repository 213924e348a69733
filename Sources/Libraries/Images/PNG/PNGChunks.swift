/// One chunk of a PNG file (PNG specification, section 5.3), as far as the
/// file holds it.
struct PNGChunk {
  /// Four letters, digits or underscores.
  let name: String
  /// Offset of the data in the file.
  let start: Int
  /// What the chunk says of its length.
  let length: Int
  /// The data that are there: fewer than `length` in a file that is cut.
  let data: ArraySlice<UInt8>

  var isCut: Bool { data.count < length }
  /// Offset of the check sum, if the file goes so far.
  var end: Int { start + length }
}

/// Walks from chunk to chunk as Pillow's `ChunkStream` does.
struct PNGChunkReader {
  private let reader: ByteReader
  /// Offset of the next chunk.
  var position: Int

  /// What is no chunk.
  enum Failure: Error {
    /// Fewer than 8 bytes are left.
    case end
    /// The name is not four word characters.
    case badName
  }

  /// Starts behind the signature.
  init(_ bytes: [UInt8]) {
    reader = ByteReader(bytes)
    position = 8
  }

  /// The next chunk.
  mutating func next() throws(Failure) -> PNGChunk {
    guard let length = reader.uint32(position), let name = reader.slice(position + 4, 4)
    else { throw .end }
    guard name.allSatisfy(Self.isWordCharacter) else { throw .badName }
    let start = position + 8
    let data = reader.slice(start, min(length, reader.count - start)) ?? []
    position = start + length + 4
    return PNGChunk(
      name: String(decoding: name, as: UTF8.self), start: start, length: length, data: data)
  }

  /// Python's `\w` on bytes.
  private static func isWordCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// The sum behind a chunk; nil if the file ends before.
  func checksum(of chunk: PNGChunk) -> Int? { reader.uint32(chunk.end) }
}
