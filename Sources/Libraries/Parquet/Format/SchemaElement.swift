/// One node of the schema as the footer lists it: depth first, each group before its children.
struct SchemaElement {
  var name = ""
  var physicalType: PhysicalType?
  var typeLength = 0
  var repetition = Repetition.required
  var childCount = 0
  var logicalType: LogicalType?
  /// The number that the writer gave the field, as Iceberg does.
  var id: Int32?

  init(from thrift: inout ThriftReader) throws(ThriftError) {
    var converted: Int32?
    var scale: Int32 = 0
    var last: Int16 = 0
    while let field = try thrift.nextField(after: &last) {
      switch field.id {
      case 1: physicalType = try SchemaElement.known(try thrift.int32(field), "physical type")
      case 2: typeLength = Int(try thrift.int32(field))
      case 3: repetition = try SchemaElement.known(try thrift.int32(field), "repetition")
      case 4: name = try thrift.string(field)
      case 5: childCount = Int(try thrift.int32(field))
      case 6: converted = try thrift.int32(field)
      case 7: scale = try thrift.int32(field)
      case 9: id = try thrift.int32(field)
      case 10:
        try thrift.expectStruct(field)
        logicalType = try LogicalType(from: &thrift)
      default: try thrift.skip(field)
      }
    }
    if logicalType == nil, let converted {
      logicalType = LogicalType(converted: converted, scale: Int(scale))
    }
  }

  private static func known<T: RawRepresentable<Int32>>(
    _ code: Int32, _ what: String
  ) throws(ThriftError) -> T {
    guard let value = T(rawValue: code) else { throw .malformed("unknown \(what) \(code)") }
    return value
  }
}
