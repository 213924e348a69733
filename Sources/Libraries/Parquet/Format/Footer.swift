/// The metadata at the end of a file.
///
/// Layout: `PAR1`, the pages, the footer in Thrift compact form, its length as 4 bytes
/// little-endian, `PAR1`. https://parquet.apache.org/docs/file-format/
struct Footer {
  var schema: [SchemaElement] = []
  var rowCount = 0
  var rowGroups: [RowGroup] = []
  var keyValues: [KeyValue] = []
  /// Where the footer begins and the pages end.
  private(set) var start = 0

  struct KeyValue {
    var key = ""
    var value = ""
  }

  private static let trailerBytes = 8
  private static let magicBytes = 4
  /// A footer becomes some twenty times its size in memory; real ones have a few megabytes.
  private static let maximumBytes = 1 << 26

  /// Reads and checks the footer of `source`.
  init(of source: any ByteSource) throws(ParquetError) {
    let size = source.byteCount
    guard size >= Footer.magicBytes + Footer.trailerBytes else {
      throw .damaged("not a Parquet file: \(size) bytes")
    }
    var trailer = [UInt8](repeating: 0, count: Footer.trailerBytes)
    try source.read(
      at: size - Footer.trailerBytes, count: Footer.trailerBytes, into: &trailer, from: 0)
    try Footer.checkMagic(trailer[4...])
    let length = trailer.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= size - Footer.trailerBytes - Footer.magicBytes else {
      throw .damaged("the footer's length, \(length), is more than the file holds")
    }
    guard length <= Footer.maximumBytes else {
      throw .unsupported("a footer of \(length) bytes; \(Footer.maximumBytes) are read at most")
    }
    start = size - Footer.trailerBytes - length
    var bytes = [UInt8](repeating: 0, count: length)
    try source.read(at: start, count: length, into: &bytes, from: 0)
    do {
      var thrift = ThriftReader(bytes, 0..<length)
      try parse(&thrift)
    } catch ThriftError.endOfInput {
      throw ParquetError.damaged("the footer is cut short")
    } catch let ThriftError.malformed(reason) {
      throw ParquetError.damaged("the footer is damaged: \(reason)")
    } catch let error as ParquetError {
      throw error
    } catch {
      throw ParquetError.damaged("the footer is damaged")
    }
  }

  private static func checkMagic(_ magic: ArraySlice<UInt8>) throws(ParquetError) {
    if magic.elementsEqual("PAR1".utf8) { return }
    if magic.elementsEqual("PARE".utf8) { throw .unsupported("the file is encrypted") }
    throw .damaged("not a Parquet file, or cut short: it does not end in PAR1")
  }

  private mutating func parse(_ thrift: inout ThriftReader) throws {
    var last: Int16 = 0
    while let field = try thrift.nextField(after: &last) {
      switch field.id {
      case 2:
        let count = try thrift.structList(field)
        for _ in 0..<count { schema.append(try SchemaElement(from: &thrift)) }
      case 3: rowCount = Int(try thrift.int64(field))
      case 4:
        let count = try thrift.structList(field)
        for _ in 0..<count { rowGroups.append(try RowGroup(from: &thrift)) }
      case 5:
        let count = try thrift.structList(field)
        for _ in 0..<count { keyValues.append(try KeyValue(from: &thrift)) }
      case 8: throw ParquetError.unsupported("the file is encrypted")
      default: try thrift.skip(field)
      }
    }
    guard rowCount >= 0 else { throw ThriftError.malformed("\(rowCount) rows") }
  }
}

extension Footer.KeyValue {
  init(from thrift: inout ThriftReader) throws(ThriftError) {
    var last: Int16 = 0
    while let field = try thrift.nextField(after: &last) {
      switch field.id {
      case 1: key = try thrift.string(field)
      case 2: value = try thrift.string(field)
      default: try thrift.skip(field)
      }
    }
  }
}
