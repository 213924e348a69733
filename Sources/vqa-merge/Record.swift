import Shared

/// The facts of a row that the result is made of.
enum Field: Int, CaseIterable {
  case id, imageHash, imagePath, imageSize, split, question, answer, descriptiveAnswer

  var key: RowKey {
    switch self {
    case .id: .id
    case .imageHash: .imageHash
    case .imagePath: .imagePath
    case .imageSize: .imageSize
    case .split: .split
    case .question: .question
    case .answer: .answer
    case .descriptiveAnswer: .descriptiveAnswer
    }
  }
}

/// The facts of one row in Python's spelling, in one buffer that is used
/// again for the next: what goes to the spool and comes back from it.
///
/// As bytes: the end of each field (`UInt32`, little-endian, in the order of
/// `Field`, counted from the first field's start), then the fields. A field
/// that the row lacks is empty, which no spelled value is. The size is the
/// spelled width, a comma and the spelled height.
struct Record {
  private(set) var bytes: [UInt8] = []
  private static let headerLength = 4 * Field.allCases.count
  /// What of `Field` has been appended.
  private var count = 0

  /// Begins anew.
  mutating func reset() {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: repeatElement(0, count: Self.headerLength))
    count = 0
  }

  /// Takes the place of what was there.
  mutating func assign(_ span: Span<UInt8>) {
    bytes.removeAll(keepingCapacity: true)
    unsafe span.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    count = Field.allCases.count
  }

  /// Appends the next field with what `body` writes.
  mutating func appendField(_ body: (inout [UInt8]) -> Void) {
    body(&bytes)
    let end = UInt32(truncatingIfNeeded: bytes.count - Self.headerLength)
    for byte in 0..<4 { bytes[4 * count + byte] = UInt8(truncatingIfNeeded: end >> (8 * byte)) }
    count += 1
  }

  /// Where a field is in `bytes`.
  func range(of field: Field) -> Range<Int> {
    let place = field.rawValue
    return (place == 0 ? Self.headerLength : end(place - 1))..<end(place)
  }

  private func end(_ place: Int) -> Int {
    Self.headerLength + Int(bytes.span.littleEndian(at: 4 * place))
  }

  /// Whether the row has the field.
  func has(_ field: Field) -> Bool { !range(of: field).isEmpty }

  /// A field as JSON text.
  subscript(field: Field) -> ArraySlice<UInt8> { bytes[range(of: field)] }

  /// What stands between a string field's quotes; a field that is no string
  /// (an `id` may be a number) as it is.
  func unquoted(_ field: Field) -> ArraySlice<UInt8> {
    let text = self[field]
    return text.first == UInt8(ascii: "\"") ? text.dropFirst().dropLast() : text
  }
}
