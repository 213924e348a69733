import Parquet

/// A Parquet file put together by hand, for what no writer writes: one row group, one page of the
/// first version a column, values in PLAIN, nothing compressed.
struct MadeFile {
  /// A field of the schema: a group if it has children, else 32-bit numbers.
  struct Field {
    var name: String
    /// 0 for required, 1 for optional, 2 for repeated.
    var repetition: Int
    var isList = false
    var children: Int?
  }

  /// A column chunk and its page.
  struct Column {
    /// Runs of levels: how many, which.
    var repetitions: [(Int, UInt8)]
    var definitions: [(Int, UInt8)]
    var values: [Int32] = []
    var valueCount: Int
    /// What the chunk claims, if not `valueCount`.
    var claimedCount: Int?
  }

  var schema: [Field]
  var columns: [Column]
  var rowCount: Int

  /// The bytes of the file.
  var bytes: [UInt8] {
    var file = Array("PAR1".utf8)
    var chunks: [Thrift] = []
    for column in columns {
      let start = file.count
      file += column.page
      chunks.append(
        .structure([
          (2, .int64(start)),
          (
            3,
            .structure([
              (1, .int32(1)), (2, .list(5, [.int32(0)])), (3, .list(8, [.binary("c")])),
              (4, .int32(0)), (5, .int64(column.claimedCount ?? column.valueCount)),
              (6, .int64(file.count - start)), (7, .int64(file.count - start)), (9, .int64(start)),
            ])
          ),
        ]))
    }
    let footer = Thrift.structure([
      (1, .int32(1)), (2, .list(12, schema.map(\.thrift))), (3, .int64(rowCount)),
      (
        4,
        .list(
          12,
          [
            .structure([
              (1, .list(12, chunks)), (2, .int64(file.count)), (3, .int64(rowCount)),
            ])
          ])
      ),
    ]).bytes
    return file + footer + MadeFile.length(footer.count) + Array("PAR1".utf8)
  }

  fileprivate static func length(_ count: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
  }
}

extension MadeFile.Field {
  fileprivate var thrift: Thrift {
    var members: [(Int, Thrift)] = []
    if children == nil { members.append((1, .int32(1))) }
    members += [(3, .int32(repetition)), (4, .binary(name))]
    if let children { members.append((5, .int32(children))) }
    if isList { members.append((6, .int32(3))) }
    return .structure(members)
  }
}

extension MadeFile.Column {
  fileprivate var page: [UInt8] {
    var data: [UInt8] = []
    for runs in [repetitions, definitions] where !runs.isEmpty {
      let levels = runs.flatMap { count, level in Thrift.varint(count << 1) + [level] }
      data += MadeFile.length(levels.count) + levels
    }
    for value in values { data += MadeFile.length(Int(value)) }
    let header = Thrift.structure([
      (1, .int32(0)), (2, .int32(data.count)), (3, .int32(data.count)),
      (
        5,
        .structure([
          (1, .int32(valueCount)), (2, .int32(0)), (3, .int32(3)), (4, .int32(3)),
        ])
      ),
    ])
    return header.bytes + data
  }
}

/// A value in Thrift's compact protocol.
private indirect enum Thrift {
  case int32(Int)
  case int64(Int)
  case binary(String)
  case list(UInt8, [Thrift])
  case structure([(Int, Thrift)])

  var type: UInt8 {
    switch self {
    case .int32: 5
    case .int64: 6
    case .binary: 8
    case .list: 9
    case .structure: 12
    }
  }

  var bytes: [UInt8] {
    switch self {
    case .int32(let value), .int64(let value): Thrift.varint(value << 1 ^ value >> 63)
    case .binary(let text): Thrift.varint(text.utf8.count) + Array(text.utf8)
    case .list(let type, let elements):
      [0xF0 | type] + Thrift.varint(elements.count) + elements.flatMap(\.bytes)
    case .structure(let members):
      members.flatMap { [$1.type] + Thrift.varint($0 << 1) + $1.bytes } + [0]
    }
  }

  static func varint(_ value: Int) -> [UInt8] {
    var rest = UInt(bitPattern: value)
    var bytes: [UInt8] = []
    while rest > 127 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
