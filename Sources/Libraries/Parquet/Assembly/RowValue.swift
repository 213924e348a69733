/// The value of a field in one row, lists and groups included.
///
/// It is flat, so that no element of a list costs memory of its own: values in the order of the
/// schema, a list before its elements and a group before its members.
public struct RowValue {
  /// One value, or the beginning of a list or a group.
  public enum Token {
    /// Absent. An empty list is not null, nor is an empty text.
    case null
    /// A truth value.
    case boolean(Bool)
    /// A whole number.
    case integer(Int64)
    /// A whole number of a column without signs.
    case unsigned(UInt64)
    /// A number of single or half precision.
    case float(Float)
    /// A number of double precision.
    case double(Double)
    /// A decimal number, spelled exactly in these of the `bytes`.
    case decimal(Range<Int>)
    /// A date, time, timestamp or UUID, spelled in these of the `bytes` as ISO 8601 and RFC 9562 do.
    case spelled(Range<Int>)
    /// What the file calls text (`Schema.Leaf.isText`). The file promises UTF-8; nobody has
    /// checked it.
    case text(Range<Int>)
    /// Bytes that the file does not call text.
    case bytes(Range<Int>)
    /// A list of so many elements. A map is a list of groups, each with a key and a value.
    case list(Int)
    /// A group with the members `groups[number]`.
    case group(Int)
  }

  /// The values in order.
  public private(set) var tokens: [Token] = []
  /// The bytes of texts and the like.
  public private(set) var bytes: [UInt8] = []
  /// The names of the members of each group in the field's schema.
  public let groups: [[String]]

  init(groups: [[String]]) { self.groups = groups }

  /// Empties it for the next row.
  mutating func clear() {
    tokens.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
  }

  mutating func append(_ token: Token) { tokens.append(token) }

  /// Begins a list and gives its place, for `endList`.
  mutating func beginList() -> Int {
    tokens.append(.list(0))
    return tokens.count - 1
  }

  mutating func endList(_ place: Int, count: Int) { tokens[place] = .list(count) }

  /// What the values of a column are, as far as it can be told once for all of them.
  enum Kind {
    case int32, int64, text, bytes, other

    init(_ leaf: Schema.Leaf) {
      switch (leaf.physicalType, leaf.logicalType) {
      case (.int32, nil): self = .int32
      case (.int64, nil): self = .int64
      case (.byteArray, nil): self = .bytes
      case (.byteArray, _) where leaf.isText: self = .text
      default: self = .other
      }
    }
  }

  /// Appends a value of a column of that kind.
  @inline(__always)
  mutating func append(_ value: Span<UInt8>, _ kind: Kind, _ leaf: Schema.Leaf) {
    switch kind {
    case .int32: tokens.append(.integer(Int64(Int32(truncatingIfNeeded: littleEndian(value)))))
    case .int64: tokens.append(.integer(Int64(bitPattern: littleEndian(value))))
    case .text: tokens.append(.text(copy(value)))
    case .bytes: tokens.append(.bytes(copy(value)))
    case .other: append(value, leaf.scalar(value), isText: leaf.isText)
    }
  }

  private mutating func append(_ value: Span<UInt8>, _ scalar: Scalar, isText: Bool) {
    switch scalar {
    case .boolean(let value): tokens.append(.boolean(value))
    case .integer(let value): tokens.append(.integer(value))
    case .unsigned(let value): tokens.append(.unsigned(value))
    case .float(let value): tokens.append(.float(value))
    case .double(let value): tokens.append(.double(value))
    case .decimal(let digits): tokens.append(.decimal(copy(digits.utf8Span.span)))
    case .text(let text): tokens.append(.spelled(copy(text.utf8Span.span)))
    case .bytes: tokens.append(isText ? .text(copy(value)) : .bytes(copy(value)))
    }
  }

  private mutating func copy(_ value: Span<UInt8>) -> Range<Int> {
    let start = bytes.count
    unsafe value.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    return start..<bytes.count
  }
}
