/// A column chunk that has been checked: it is inside the file and this reader can read it.
struct ChunkRange {
  let rowCount: Int
  /// Values, nulls and empty lists included: one or more a row.
  let valueCount: Int
  let bytes: Range<Int>
  let codec: Codec

  init(_ group: RowGroup, _ leaf: Schema.Leaf, fileEnd: Int) throws(ParquetError) {
    let chunk = group.columns[leaf.index]
    guard !chunk.isEncrypted else { throw .unsupported("the column is encrypted") }
    guard !chunk.isElsewhere else { throw .unsupported("the column is in another file") }
    guard chunk.typeCode == leaf.physicalType.rawValue else {
      throw .damaged("the column's type is not the schema's")
    }
    let isList = leaf.maximumRepetitionLevel > 0
    guard
      isList ? chunk.valueCount >= group.rowCount : chunk.valueCount == group.rowCount,
      chunk.valueCount == 0 || group.rowCount > 0
    else {
      throw .damaged("\(chunk.valueCount) values for \(group.rowCount) rows")
    }
    guard let codec = Codec(rawValue: chunk.codecCode) else {
      throw .unsupported("unknown compression \(chunk.codecCode)")
    }
    guard codec != .lzo else { throw .unsupported("LZO compression is not read") }
    (rowCount, valueCount) = (group.rowCount, chunk.valueCount)
    self.codec = codec
    guard rowCount > 0 else {
      bytes = 0..<0
      return
    }
    // "PAR1" comes first, the footer last.
    guard chunk.start >= 4, chunk.start <= fileEnd, chunk.byteCount >= 0,
      chunk.byteCount <= fileEnd - chunk.start
    else { throw .damaged("the column lies outside the file") }
    bytes = chunk.start..<(chunk.start + chunk.byteCount)
  }
}
