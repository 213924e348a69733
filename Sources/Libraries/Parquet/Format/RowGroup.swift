/// A horizontal slice of the file: the same rows of every column.
struct RowGroup {
  var rowCount = 0
  var columns: [ColumnChunk] = []

  init(from thrift: inout ThriftReader) throws(ThriftError) {
    var last: Int16 = 0
    while let field = try thrift.nextField(after: &last) {
      switch field.id {
      case 1:
        let count = try thrift.structList(field)
        for _ in 0..<count { columns.append(try ColumnChunk(from: &thrift)) }
      case 3: rowCount = Int(try thrift.int64(field))
      default: try thrift.skip(field)
      }
    }
    guard rowCount >= 0 else { throw .malformed("row group of \(rowCount) rows") }
  }
}

/// Where one column of one row group lies in the file, and how it is packed.
///
/// Read leniently: a chunk that is never asked for may use what this reader does not know.
struct ColumnChunk {
  var typeCode: Int32 = -1
  var codecCode: Int32 = -1
  var valueCount = 0
  var start = 0
  var byteCount = 0
  var isElsewhere = false
  var isEncrypted = false

  init(from thrift: inout ThriftReader) throws(ThriftError) {
    var hasMetadata = false
    var last: Int16 = 0
    while let field = try thrift.nextField(after: &last) {
      switch field.id {
      case 1: isElsewhere = try !thrift.string(field).isEmpty
      case 3:
        try thrift.expectStruct(field)
        try readMetadata(&thrift)
        hasMetadata = true
      case 8:
        isEncrypted = true
        try thrift.skip(field)
      default: try thrift.skip(field)
      }
    }
    guard hasMetadata || isEncrypted else { throw .malformed("column without metadata") }
  }

  private mutating func readMetadata(_ thrift: inout ThriftReader) throws(ThriftError) {
    var dataStart: Int64 = -1
    var dictionaryStart: Int64 = 0
    var last: Int16 = 0
    while let field = try thrift.nextField(after: &last) {
      switch field.id {
      case 1: typeCode = try thrift.int32(field)
      case 4: codecCode = try thrift.int32(field)
      case 5: valueCount = Int(try thrift.int64(field))
      case 7: byteCount = Int(try thrift.int64(field))
      case 9: dataStart = try thrift.int64(field)
      case 11: dictionaryStart = try thrift.int64(field)
      default: try thrift.skip(field)
      }
    }
    // Some writers leave a zero where there is no dictionary.
    let hasDictionary = dictionaryStart > 0 && dictionaryStart < dataStart
    start = Int(hasDictionary ? dictionaryStart : dataStart)
  }
}
