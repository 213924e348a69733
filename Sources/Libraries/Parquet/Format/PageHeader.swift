/// What stands before the bytes of a page.
struct PageHeader {
  enum Kind {
    case dictionary(valueCount: Int, encoding: Int32)
    case data(Data)
    case dataV2(DataV2)
    /// An index page or one of a later version: to be passed over.
    case other
  }

  /// A data page of version 1.
  struct Data {
    var valueCount = 0
    var encoding: Int32 = -1
    var definitionEncoding: Int32 = -1
    var repetitionEncoding: Int32 = -1
  }

  /// A data page of version 2.
  struct DataV2 {
    var valueCount = 0
    /// Rows that begin in the page, if the writer says.
    var rowCount: Int?
    var encoding: Int32 = -1
    var definitionBytes = 0
    var repetitionBytes = 0
    var isCompressed = true
  }

  var kind = Kind.other
  var uncompressedBytes = 0
  var compressedBytes = 0
  /// CRC-32 of the page as stored, if the writer gave one.
  var checksum: UInt32?

  init(from thrift: inout ThriftReader) throws(ThriftError) {
    var type: Int32 = -1
    var sizes: (uncompressed: Int32, compressed: Int32) = (-1, -1)
    var last: Int16 = 0
    while let field = try thrift.nextField(after: &last) {
      switch field.id {
      case 1: type = try thrift.int32(field)
      case 2: sizes.uncompressed = try thrift.int32(field)
      case 3: sizes.compressed = try thrift.int32(field)
      case 4: checksum = UInt32(bitPattern: try thrift.int32(field))
      case 5: kind = try PageHeader.data(field, &thrift)
      case 7: kind = try PageHeader.dictionary(field, &thrift)
      case 8: kind = try PageHeader.dataV2(field, &thrift)
      default: try thrift.skip(field)
      }
    }
    guard sizes.uncompressed >= 0, sizes.compressed >= 0 else {
      throw .malformed("page header without sizes")
    }
    (uncompressedBytes, compressedBytes) = (Int(sizes.uncompressed), Int(sizes.compressed))
    switch (type, kind) {
    case (0, .data), (2, .dictionary), (3, .dataV2): break
    case (0, _), (2, _), (3, _): throw .malformed("page header without the header of its type")
    default: kind = .other
    }
  }

  private static func data(
    _ field: ThriftField, _ thrift: inout ThriftReader
  ) throws(ThriftError) -> Kind {
    try thrift.expectStruct(field)
    var page = Data()
    var count: Int32 = -1
    var last: Int16 = 0
    while let field = try thrift.nextField(after: &last) {
      switch field.id {
      case 1: count = try thrift.int32(field)
      case 2: page.encoding = try thrift.int32(field)
      case 3: page.definitionEncoding = try thrift.int32(field)
      case 4: page.repetitionEncoding = try thrift.int32(field)
      default: try thrift.skip(field)
      }
    }
    guard count >= 0 else { throw .malformed("data page without a number of values") }
    page.valueCount = Int(count)
    return .data(page)
  }

  private static func dictionary(
    _ field: ThriftField, _ thrift: inout ThriftReader
  ) throws(ThriftError) -> Kind {
    try thrift.expectStruct(field)
    var (count, encoding): (Int32, Int32) = (-1, -1)
    var last: Int16 = 0
    while let field = try thrift.nextField(after: &last) {
      switch field.id {
      case 1: count = try thrift.int32(field)
      case 2: encoding = try thrift.int32(field)
      default: try thrift.skip(field)
      }
    }
    guard count >= 0 else { throw .malformed("dictionary page without a number of values") }
    return .dictionary(valueCount: Int(count), encoding: encoding)
  }

  private static func dataV2(
    _ field: ThriftField, _ thrift: inout ThriftReader
  ) throws(ThriftError) -> Kind {
    try thrift.expectStruct(field)
    var page = DataV2()
    var (count, rows): (Int32, Int32) = (-1, -1)
    var last: Int16 = 0
    while let field = try thrift.nextField(after: &last) {
      switch field.id {
      case 1: count = try thrift.int32(field)
      case 3: rows = try thrift.int32(field)
      case 4: page.encoding = try thrift.int32(field)
      case 5: page.definitionBytes = Int(try thrift.int32(field))
      case 6: page.repetitionBytes = Int(try thrift.int32(field))
      case 7: page.isCompressed = try thrift.bool(field)
      default: try thrift.skip(field)
      }
    }
    guard count >= 0, page.definitionBytes >= 0, page.repetitionBytes >= 0 else {
      throw .malformed("data page without its sizes")
    }
    page.valueCount = Int(count)
    if rows >= 0 { page.rowCount = Int(rows) }
    return .dataV2(page)
  }
}
