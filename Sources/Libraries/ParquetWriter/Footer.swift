/// What stands at the end of a file: `FileMetaData` of parquet.thrift.
enum Footer {
  static func bytes(
    _ columns: [ParquetWriter.Column], _ groups: [ParquetWriter.RowGroup],
    _ metadata: [(key: String, value: String)], _ creator: String
  ) -> [UInt8] {
    let schema = [Element(column: nil, children: columns.count)] + elements(columns)
    var writer = ThriftWriter()
    writer.element { file in
      file.i32(1, 1)
      file.structures(2, schema) { $1.write(to: &$0) }
      file.i64(3, groups.reduce(0) { $0 + $1.rows })
      file.structures(4, groups) { write($1, to: &$0) }
      file.structures(5, metadata) { entry, pair in
        entry.string(1, pair.key)
        entry.string(2, pair.value)
      }
      file.string(6, creator)
    }
    return writer.bytes
  }

  /// `SchemaElement`
  private struct Element {
    /// nil for the root.
    let column: ParquetWriter.Column?
    let children: Int?

    func write(to element: inout ThriftWriter) {
      if column != nil {
        if children == nil { element.i32(1, 6) }  // BYTE_ARRAY
        element.i32(3, 1)  // OPTIONAL
      }
      element.string(4, column?.name ?? "schema")
      if let children { element.i32(5, children) }
      if column?.isText == true { element.i32(6, 0) }  // UTF8
    }
  }

  private static func elements(_ columns: [ParquetWriter.Column]) -> [Element] {
    columns.flatMap { column in
      [Element(column: column, children: column.children?.count)]
        + elements(column.children ?? [])
    }
  }

  /// `RowGroup`
  private static func write(_ group: ParquetWriter.RowGroup, to output: inout ThriftWriter) {
    output.structures(1, group.chunks) { chunk, column in
      chunk.i64(2, column.offset)
      chunk.structure(3) { data in
        data.i32(1, 6)  // BYTE_ARRAY
        data.i32s(2, [0, 3])  // PLAIN, RLE
        data.strings(3, column.path)
        data.i32(4, 6)  // ZSTD
        data.i64(5, column.count)
        data.i64(6, column.uncompressed)
        data.i64(7, column.size)
        data.i64(9, column.offset)
      }
    }
    output.i64(2, group.chunks.reduce(0) { $0 + $1.uncompressed })
    output.i64(3, group.rows)
  }
}
