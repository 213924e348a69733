// The enumerations of parquet.thrift, with its numbers.
// Source: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift

/// How the values of a column are stored.
public enum PhysicalType: Int32, Sendable {
  /// One bit.
  case boolean = 0
  /// 4 bytes, little-endian, two's complement.
  case int32 = 1
  /// 8 bytes, little-endian, two's complement.
  case int64 = 2
  /// 12 bytes: nanoseconds of the day (8), then the Julian day (4). Deprecated by the format.
  case int96 = 3
  /// 4 bytes, little-endian, IEEE 754.
  case float = 4
  /// 8 bytes, little-endian, IEEE 754.
  case double = 5
  /// Any number of bytes.
  case byteArray = 6
  /// As many bytes as the schema says.
  case fixedLengthByteArray = 7
}

/// How often a field occurs in the group around it.
public enum Repetition: Int32, Sendable {
  /// Exactly once.
  case required = 0
  /// Once or not at all.
  case optional = 1
  /// Any number of times.
  case repeated = 2
}

enum Encoding: Int32 {
  case plain = 0
  case plainDictionary = 2
  case rle = 3
  case bitPacked = 4
  case deltaBinaryPacked = 5
  case deltaLengthByteArray = 6
  case deltaByteArray = 7
  case rleDictionary = 8
  case byteStreamSplit = 9
}

enum Codec: Int32 {
  case uncompressed = 0
  case snappy = 1
  case gzip = 2
  case lzo = 3
  case brotli = 4
  case lz4 = 5
  case zstd = 6
  case lz4Raw = 7
}
