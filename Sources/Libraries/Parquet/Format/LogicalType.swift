/// What the values of a column mean, beyond how they are stored.
public enum LogicalType: Equatable, Sendable {
  /// The unit of times and timestamps.
  public enum Unit: Sendable {
    /// Thousandths of a second.
    case milliseconds
    /// Millionths of a second.
    case microseconds
    /// Billionths of a second.
    case nanoseconds
  }

  /// Text in UTF-8; the format's STRING and ENUM.
  case string
  /// A JSON document in UTF-8.
  case json
  /// A whole number of so many bits.
  case integer(bits: Int, signed: Bool)
  /// A whole number to be divided by ten to the power of `scale`.
  case decimal(scale: Int)
  /// Days since 1970-01-01.
  case date
  /// Time of day.
  case time(Unit)
  /// Time since 1970-01-01T00:00; in UTC, or on an unknown clock.
  case timestamp(Unit, utc: Bool)
  /// 16 bytes, big-endian.
  case uuid
  /// 2 bytes, little-endian, IEEE 754 half precision.
  case float16
  /// A group that holds the elements of a list in a repeated field.
  case list
  /// A group that holds the entries of a map in a repeated field.
  case map
  /// Always null.
  case unknown
  /// A meaning that this reader has no use for, by the number or name that the format gives it.
  case other(String)
}

extension LogicalType {
  /// Reads the union `LogicalType`, whose opening field header has been consumed.
  init?(from thrift: inout ThriftReader) throws(ThriftError) {
    var result: LogicalType?
    var last: Int16 = 0
    while let field = try thrift.nextField(after: &last) {
      try thrift.expectStruct(field)
      switch field.id {
      case 5: result = .decimal(scale: try LogicalType.decimalScale(&thrift))
      case 7:
        let (unit, _) = try LogicalType.clock(&thrift)
        result = .time(unit)
      case 8:
        let (unit, utc) = try LogicalType.clock(&thrift)
        result = .timestamp(unit, utc: utc)
      case 10: result = try LogicalType.integer(&thrift)
      default:
        try thrift.skip(field)
        result = LogicalType.plain(field.id)
      }
    }
    guard let result else { return nil }
    self = result
  }

  /// The members of the union that have no fields of their own.
  private static func plain(_ id: Int16) -> LogicalType {
    switch id {
    case 1, 4: .string
    case 2: .map
    case 3: .list
    case 6: .date
    case 11: .unknown
    case 12: .json
    case 14: .uuid
    case 15: .float16
    default: .other("logical type \(id)")
    }
  }

  private static func decimalScale(_ thrift: inout ThriftReader) throws(ThriftError) -> Int {
    var scale: Int32 = 0
    var last: Int16 = 0
    while let field = try thrift.nextField(after: &last) {
      if field.id == 1 { scale = try thrift.int32(field) } else { try thrift.skip(field) }
    }
    return Int(scale)
  }

  private static func integer(_ thrift: inout ThriftReader) throws(ThriftError) -> LogicalType {
    var bits: Int32 = 64
    var signed = true
    var last: Int16 = 0
    while let field = try thrift.nextField(after: &last) {
      switch field.id {
      case 1: bits = try thrift.int32(field)
      case 2: signed = try thrift.bool(field)
      default: try thrift.skip(field)
      }
    }
    return .integer(bits: Int(bits), signed: signed)
  }

  private static func clock(
    _ thrift: inout ThriftReader
  ) throws(ThriftError) -> (Unit, utc: Bool) {
    var unit = Unit.milliseconds
    var utc = false
    var last: Int16 = 0
    while let field = try thrift.nextField(after: &last) {
      switch field.id {
      case 1: utc = try thrift.bool(field)
      case 2: unit = try self.unit(&thrift)
      default: try thrift.skip(field)
      }
    }
    return (unit, utc)
  }

  private static func unit(_ thrift: inout ThriftReader) throws(ThriftError) -> Unit {
    var unit = Unit.milliseconds
    var last: Int16 = 0
    while let field = try thrift.nextField(after: &last) {
      switch field.id {
      case 2: unit = .microseconds
      case 3: unit = .nanoseconds
      default: unit = .milliseconds
      }
      try thrift.skip(field)
    }
    return unit
  }

  /// The older way to say it: the enumeration `ConvertedType`.
  init?(converted: Int32, scale: Int) {
    switch converted {
    case 0, 4: self = .string
    // MAP_KEY_VALUE, meant for the repeated field, stood for MAP in old files.
    case 1, 2: self = .map
    case 3: self = .list
    case 5: self = .decimal(scale: scale)
    case 6: self = .date
    case 7: self = .time(.milliseconds)
    case 8: self = .time(.microseconds)
    case 9: self = .timestamp(.milliseconds, utc: true)
    case 10: self = .timestamp(.microseconds, utc: true)
    case 11...14: self = .integer(bits: 8 << Int(converted - 11), signed: false)
    case 15...18: self = .integer(bits: 8 << Int(converted - 15), signed: true)
    case 19: self = .json
    case 20: self = .other("BSON")
    case 21: self = .other("INTERVAL")
    default: return nil
    }
  }
}
