import Shared

/// The facts of a row or of an image that the result is made of.
enum Field: Int {
  case id, split, question, answer, descriptiveAnswer, usage
  case imageHash, imagePath, imageSize, imageSplit

  static let ofRow: [Field] = [.id, .split, .question, .answer, .descriptiveAnswer, .usage]
  static let ofImage: [Field] = [.imageHash, .imagePath, .imageSize, .imageSplit]
  static let all = ofRow + ofImage

  /// Whether a row must have it to enter the result. A row that has no `id`
  /// stands for itself, `usage` is for the statistics alone, and the split
  /// of an image is that of its first row unless an earlier result tells.
  var isNeeded: Bool { self != .id && self != .usage && self != .imageSplit }

  /// What rows call it.
  var key: RowKey {
    switch self {
    case .usage: .gemini
    case .imageSplit: .split
    case .id: .id
    case .split: .split
    case .question: .question
    case .answer: .answer
    case .descriptiveAnswer: .descriptiveAnswer
    case .imageHash: .imageHash
    case .imagePath: .imagePath
    case .imageSize: .imageSize
    }
  }
}

/// Fields in Python's spelling, one behind the other, as they go to the spill file
/// and come back from it.
///
/// As bytes: the end of each field (`UInt32`, little-endian, counted from the
/// start of the first), then the fields. A field that is lacking is empty,
/// which no spelled value is. A size is the spelled width, a comma and the
/// spelled height.
enum Record {
  /// The longest record, in bytes.
  static let maximumLength = Int(Int32.max)

  /// Where field `place` of a record of `count` fields is in its bytes.
  @inline(__always)
  static func range(_ place: Int, of count: Int, in bytes: Span<UInt8>) -> Range<Int> {
    let start = place == 0 ? 0 : Int(bytes.littleEndian(at: 4 * (place - 1)))
    let end = Int(bytes.littleEndian(at: 4 * place))
    return (4 * count + start)..<(4 * count + end)
  }

  /// Where a field is in the record of a row.
  static func range(_ field: Field, ofRow bytes: Span<UInt8>) -> Range<Int> {
    range(field.rawValue, of: Field.ofRow.count, in: bytes)
  }

  /// Where a field is in the record of an image.
  static func range(_ field: Field, ofImage bytes: Span<UInt8>) -> Range<Int> {
    range(field.rawValue - Field.ofRow.count, of: Field.ofImage.count, in: bytes)
  }
}

/// All facts of one row.
///
/// Their text may be part of a buffer that many rows share; then it is there
/// only while it is lent.
struct Facts: Sendable {
  private var bytes: [UInt8] = []
  private var start = 0
  private var ends = InlineArray<10, Int>(repeating: 0)
  private var count = 0

  /// None, with a buffer of their own.
  init() {}

  /// None, to be appended to a buffer that is borrowed until `giveBack`.
  init(borrowing text: inout [UInt8]) {
    start = text.count
    // Swapped and not copied: two owners would copy it at the next byte.
    swap(&bytes, &text)
  }

  /// Gives the buffer back.
  mutating func giveBack(_ text: inout [UInt8]) { swap(&bytes, &text) }

  /// Lends the buffer for reading.
  mutating func lend(_ text: [UInt8]) { bytes = text }

  /// Appends the next field, in the order of `Field.all`, with what `body`
  /// writes.
  @inline(__always)
  mutating func append(_ body: (inout [UInt8]) -> Void) {
    body(&bytes)
    ends[count] = bytes.count
    count += 1
  }

  /// Where a field is in `bytes`.
  private func range(_ field: Field) -> Range<Int> {
    let place = field.rawValue
    return (place == 0 ? start : ends[place - 1])..<ends[place]
  }

  /// Whether the row has the field.
  func has(_ field: Field) -> Bool { !range(field).isEmpty }

  /// A field as JSON text.
  subscript(field: Field) -> ArraySlice<UInt8> { bytes[range(field)] }

  /// The fields from one to another as they lie behind each other.
  subscript(fields: ClosedRange<Field>) -> ArraySlice<UInt8> {
    bytes[range(fields.lowerBound).lowerBound..<range(fields.upperBound).upperBound]
  }

  /// What stands between a string field's quotes; a field that is no string
  /// (an `id` may be a number) as it is.
  func unquoted(_ field: Field) -> ArraySlice<UInt8> { self[field].unquoted }

  /// How long the record of some of the fields is, which must follow each
  /// other.
  func recordLength(_ fields: [Field]) -> Int {
    guard let first = fields.first, let last = fields.last else { return 0 }
    return 4 * fields.count + range(last).upperBound - range(first).lowerBound
  }

  /// Appends that record.
  func appendRecord(_ fields: [Field], to output: inout [UInt8]) {
    guard let first = fields.first, let last = fields.last else { return }
    let start = range(first).lowerBound
    for field in fields {
      output.appendLittleEndian(UInt32(truncatingIfNeeded: range(field).upperBound - start))
    }
    output.append(bytes.span.extracting(start..<range(last).upperBound))
  }
}

extension Field: Comparable {
  static func < (first: Field, second: Field) -> Bool { first.rawValue < second.rawValue }
}

extension Collection<UInt8> where SubSequence: Collection<UInt8> {
  /// Without the quotes of a JSON string.
  var unquoted: SubSequence.SubSequence {
    let isString = first == UInt8(ascii: "\"")
    return dropFirst(isString ? 1 : 0).dropLast(isString ? 1 : 0)
  }
}
