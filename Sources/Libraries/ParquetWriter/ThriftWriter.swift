/// Writes Thrift's compact protocol, as far as Parquet's metadata needs it.
/// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
struct ThriftWriter {
  private(set) var bytes: [UInt8] = []
  /// The last field's number in each struct that is open.
  private var last: [Int] = []

  /// Type numbers of the protocol.
  private enum Kind: UInt8 {
    case i32 = 5
    case i64 = 6
    case binary = 8
    case list = 9
    case structure = 12
  }

  mutating func i32(_ field: Int, _ value: Int) {
    begin(field, .i32)
    zigzag(value)
  }

  mutating func i64(_ field: Int, _ value: Int) {
    begin(field, .i64)
    zigzag(value)
  }

  mutating func string(_ field: Int, _ value: String) {
    begin(field, .binary)
    text(value)
  }

  mutating func structure(_ field: Int, _ body: (inout ThriftWriter) -> Void) {
    begin(field, .structure)
    element(body)
  }

  mutating func structures<Element>(
    _ field: Int, _ elements: [Element], _ body: (inout ThriftWriter, Element) -> Void
  ) {
    beginList(field, .structure, elements.count)
    for value in elements { element { body(&$0, value) } }
  }

  mutating func i32s(_ field: Int, _ values: [Int]) {
    beginList(field, .i32, values.count)
    for value in values { zigzag(value) }
  }

  mutating func strings(_ field: Int, _ values: [String]) {
    beginList(field, .binary, values.count)
    for value in values { text(value) }
  }

  /// A struct that is no field: the outermost one, or of a list.
  mutating func element(_ body: (inout ThriftWriter) -> Void) {
    last.append(0)
    body(&self)
    last.removeLast()
    bytes.append(0)
  }

  private mutating func begin(_ field: Int, _ kind: Kind) {
    let difference = field - (last.last ?? 0)
    if (1...15).contains(difference) {
      bytes.append(UInt8(difference) << 4 | kind.rawValue)
    } else {
      bytes.append(kind.rawValue)
      zigzag(field)
    }
    if !last.isEmpty { last[last.count - 1] = field }
  }

  private mutating func beginList(_ field: Int, _ kind: Kind, _ count: Int) {
    begin(field, .list)
    if count < 15 {
      bytes.append(UInt8(count) << 4 | kind.rawValue)
    } else {
      bytes.append(0xF0 | kind.rawValue)
      bytes.appendVarint(UInt64(count))
    }
  }

  private mutating func text(_ value: String) {
    bytes.appendVarint(UInt64(value.utf8.count))
    bytes += value.utf8
  }

  private mutating func zigzag(_ value: Int) {
    bytes.appendVarint(UInt64(bitPattern: Int64(value << 1 ^ value >> 63)))
  }
}

extension [UInt8] {
  /// Appends seven bits a byte, the lowest first.
  mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  /// Appends four bytes, the lowest first.
  mutating func appendLittleEndian(_ value: UInt32) {
    for shift in stride(from: 0, to: 32, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> UInt32(shift)))
    }
  }
}
