/// What goes wrong in Thrift data.
enum ThriftError: Error, Equatable {
  /// The input ends inside a value; with more input it may yet be right.
  case endOfInput
  case malformed(String)
}

/// The wire types of the Thrift compact protocol.
///
/// Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
enum ThriftType: UInt8 {
  case `true` = 1
  case `false` = 2
  case byte = 3
  case int16 = 4
  case int32 = 5
  case int64 = 6
  case double = 7
  case binary = 8
  case list = 9
  case set = 10
  case map = 11
  case structure = 12
  case uuid = 13
}

/// The header of one field of a struct.
struct ThriftField {
  let id: Int16
  let type: ThriftType
}

/// A pull parser for the Thrift compact protocol.
///
/// Reads the fields that its caller asks for and skips all others, so that newer files stay
/// readable. Counts are checked against the bytes that are left before anything is made for them.
struct ThriftReader {
  private let bytes: [UInt8]
  private let end: Int
  private(set) var position: Int
  /// Deep enough for Parquet's own structures (6) and small enough for any stack.
  private static let maximumDepth = 32

  /// Reads `bytes[range]`.
  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next field of the struct being read, nil at its end.
  ///
  /// `last` carries the field id from call to call and starts at 0.
  mutating func nextField(after last: inout Int16) throws(ThriftError) -> ThriftField? {
    let header = try byte()
    if header == 0 { return nil }
    let delta = Int16(header >> 4)
    let id: Int16
    if delta == 0 {
      id = Int16(truncatingIfNeeded: try zigzag())
    } else {
      let (sum, overflow) = last.addingReportingOverflow(delta)
      guard !overflow else { throw .malformed("field number out of range") }
      id = sum
    }
    last = id
    return ThriftField(id: id, type: try type(header & 0x0f))
  }

  mutating func int32(_ field: ThriftField) throws(ThriftError) -> Int32 {
    guard let value = Int32(exactly: try integer(field)) else {
      throw .malformed("32-bit number out of range")
    }
    return value
  }

  mutating func int64(_ field: ThriftField) throws(ThriftError) -> Int64 {
    try integer(field)
  }

  func bool(_ field: ThriftField) throws(ThriftError) -> Bool {
    switch field.type {
    case .true: true
    case .false: false
    default: throw .malformed("field \(field.id) is not a boolean")
    }
  }

  mutating func string(_ field: ThriftField) throws(ThriftError) -> String {
    guard field.type == .binary else { throw .malformed("field \(field.id) is not a string") }
    let count = try length()
    defer { position += count }
    return String(decoding: bytes[position..<(position + count)], as: UTF8.self)
  }

  /// Enters a list of structs and gives the number of its elements.
  mutating func structList(_ field: ThriftField) throws(ThriftError) -> Int {
    guard field.type == .list || field.type == .set else {
      throw .malformed("field \(field.id) is not a list")
    }
    let (type, count) = try listHeader()
    guard count == 0 || type == .structure else {
      throw .malformed("field \(field.id) is not a list of structs")
    }
    return count
  }

  func expectStruct(_ field: ThriftField) throws(ThriftError) {
    guard field.type == .structure else { throw .malformed("field \(field.id) is not a struct") }
  }

  /// Passes over a field that nobody asked for.
  mutating func skip(_ field: ThriftField) throws(ThriftError) {
    try skip(field.type, depth: 0)
  }

  // MARK: - Wire level

  private mutating func skip(_ type: ThriftType, depth: Int) throws(ThriftError) {
    guard depth < ThriftReader.maximumDepth else { throw .malformed("nested too deeply") }
    switch type {
    case .true, .false: break
    case .byte: _ = try byte()
    case .int16, .int32, .int64: _ = try varint()
    case .double: try advance(8)
    case .uuid: try advance(16)
    case .binary: try advance(try length())
    case .list, .set:
      let (element, count) = try listHeader()
      for _ in 0..<count { try skipElement(element, depth: depth + 1) }
    case .map: try skipMap(depth: depth)
    case .structure:
      var last: Int16 = 0
      while let field = try nextField(after: &last) { try skip(field.type, depth: depth + 1) }
    }
  }

  private mutating func skipMap(depth: Int) throws(ThriftError) {
    let count = try self.count()
    guard count > 0 else { return }
    let types = try byte()
    let (key, value) = (try type(types >> 4), try type(types & 0x0f))
    for _ in 0..<count {
      try skipElement(key, depth: depth + 1)
      try skipElement(value, depth: depth + 1)
    }
  }

  /// A boolean inside a collection takes a byte, where a field has it in its header.
  private mutating func skipElement(_ type: ThriftType, depth: Int) throws(ThriftError) {
    if type == .true || type == .false { try advance(1) } else { try skip(type, depth: depth) }
  }

  private mutating func listHeader() throws(ThriftError) -> (ThriftType, Int) {
    let header = try byte()
    let type = try self.type(header & 0x0f)
    guard header >> 4 == 15 else {
      let count = Int(header >> 4)
      guard count <= end - position else { throw .endOfInput }
      return (type, count)
    }
    return (type, try count())
  }

  /// A number of elements; every element takes at least one byte.
  private mutating func count() throws(ThriftError) -> Int {
    try length()
  }

  /// A number of bytes or elements that must still be there.
  private mutating func length() throws(ThriftError) -> Int {
    let value = try varint()
    guard value <= UInt64(Int32.max) else { throw .malformed("length out of range") }
    guard value <= UInt64(end - position) else { throw .endOfInput }
    return Int(value)
  }

  private func type(_ code: UInt8) throws(ThriftError) -> ThriftType {
    guard let type = ThriftType(rawValue: code) else {
      throw .malformed("unknown Thrift type \(code)")
    }
    return type
  }

  private mutating func integer(_ field: ThriftField) throws(ThriftError) -> Int64 {
    switch field.type {
    case .int16, .int32, .int64: try zigzag()
    case .byte: Int64(Int8(bitPattern: try byte()))
    default: throw .malformed("field \(field.id) is not a number")
    }
  }

  private mutating func zigzag() throws(ThriftError) -> Int64 {
    let value = try varint()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  private mutating func varint() throws(ThriftError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while shift < 70 {
      let next = try byte()
      value |= UInt64(next & 0x7f) << shift
      if next < 0x80 { return value }
      shift += 7
    }
    throw .malformed("number longer than 10 bytes")
  }

  private mutating func byte() throws(ThriftError) -> UInt8 {
    guard position < end else { throw .endOfInput }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func advance(_ count: Int) throws(ThriftError) {
    guard count <= end - position else { throw .endOfInput }
    position += count
  }
}
