/// Writes Parquet files of byte strings and groups of them: PLAIN pages
/// compressed with Zstandard, in row groups that are written as soon as they
/// are full. Bytes are appended to the caller's buffer, so no file is needed.
/// https://github.com/apache/parquet-format
public struct ParquetWriter {
  /// A column of the schema.
  public struct Column: Sendable {
    let name: String
    /// Whether its values are UTF-8.
    let isText: Bool
    /// The columns of a group; nil for one with values.
    let children: [Column]?

    /// UTF-8 text.
    public static func text(_ name: String) -> Column {
      Column(name: name, isText: true, children: nil)
    }
    /// Any bytes.
    public static func bytes(_ name: String) -> Column {
      Column(name: name, isText: false, children: nil)
    }
    /// Columns as one.
    public static func group(_ name: String, _ children: [Column]) -> Column {
      Column(name: name, isText: false, children: children)
    }
  }

  /// A column with values.
  private struct Leaf {
    let path: [String]
    var buffer: ColumnBuffer
  }

  /// What the footer says of a row group.
  struct RowGroup {
    struct Chunk {
      let path: [String]
      let offset: Int
      let size: Int
      let uncompressed: Int
      let count: Int
    }
    let chunks: [Chunk]
    let rows: Int
  }

  private static let magic = Array("PAR1".utf8)

  private let columns: [Column]
  private let metadata: [(key: String, value: String)]
  private let creator: String
  private let compressor: ZstdCompressor
  private var leaves: [Leaf]
  private var groups: [RowGroup] = []
  /// Bytes of the file so far.
  private var offset = 0
  private var next = 0

  /// Rows in the row group that is being filled.
  public private(set) var pendingRows = 0

  /// - Parameters:
  ///   - columns: all may hold nulls.
  ///   - metadata: for the footer.
  ///   - creator: the program and its version.
  public init(
    columns: [Column], metadata: [(key: String, value: String)], creator: String
  ) throws(ParquetWriterError) {
    guard let compressor = ZstdCompressor() else {
      throw ParquetWriterError("zstd: out of memory")
    }
    self.columns = columns
    self.metadata = metadata
    self.creator = creator
    self.compressor = compressor
    leaves = Self.leaves(columns, path: [])
  }

  private static func leaves(_ columns: [Column], path: [String]) -> [Leaf] {
    columns.flatMap { column in
      let path = path + [column.name]
      if let children = column.children { return leaves(children, path: path) }
      return [Leaf(path: path, buffer: ColumnBuffer(maximumLevel: UInt8(path.count)))]
    }
  }

  /// What the file would have, were it ended now, but for its footer.
  public var fileSize: Int { offset + pendingBytes }

  /// Bytes that wait for the row group's end.
  public var pendingBytes: Int { leaves.reduce(0) { $0 + $1.buffer.size } }

  /// Appends the row's next value, in the order of the columns (a group's
  /// children in its place). The last one ends the row.
  public mutating func append(_ value: Span<UInt8>) throws(ParquetWriterError) {
    try leaves[next].buffer.append(value, compressor)
    advance()
  }

  /// Appends a null as the row's next value.
  public mutating func appendNull() {
    leaves[next].buffer.appendNull()
    advance()
  }

  private mutating func advance() {
    next += 1
    if next == leaves.count { (next, pendingRows) = (0, pendingRows + 1) }
  }

  /// Writes the row group that is being filled, if there is anything in it.
  public mutating func endRowGroup(to output: inout [UInt8]) throws(ParquetWriterError) {
    begin(&output)
    guard pendingRows > 0 else { return }
    var chunks: [RowGroup.Chunk] = []
    for index in leaves.indices {
      try leaves[index].buffer.endPage(compressor)
      let buffer = leaves[index].buffer
      chunks.append(
        RowGroup.Chunk(
          path: leaves[index].path, offset: offset, size: buffer.pages.count,
          uncompressed: buffer.uncompressed, count: buffer.count))
      output += buffer.pages
      offset += buffer.pages.count
    }
    groups.append(RowGroup(chunks: chunks, rows: pendingRows))
    leaves = Self.leaves(columns, path: [])
    pendingRows = 0
  }

  /// Ends the file; the next row begins another one.
  public mutating func endFile(to output: inout [UInt8]) throws(ParquetWriterError) {
    try endRowGroup(to: &output)
    let footer = Footer.bytes(columns, groups, metadata, creator)
    output += footer
    output.appendLittleEndian(UInt32(truncatingIfNeeded: footer.count))
    output += Self.magic
    (groups, offset) = ([], 0)
  }

  private mutating func begin(_ output: inout [UInt8]) {
    guard offset == 0 else { return }
    output += Self.magic
    offset = Self.magic.count
  }
}
