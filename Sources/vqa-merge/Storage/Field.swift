import Shared

/// The values of a row or of an image that the result is made of.
enum Field: Int {
  case id, split, question, answer, descriptiveAnswer, gemini, blindAnswer
  case imageHash, imagePath, imageSize, imageSplit

  static let ofRow: [Field] = [
    .id, .split, .question, .answer, .descriptiveAnswer, .gemini, .blindAnswer,
  ]
  static let ofImage: [Field] = [.imageHash, .imagePath, .imageSize, .imageSplit]
  static let all = ofRow + ofImage

  /// Whether a row must have it to enter the result. A row that has no `id`
  /// stands for itself, `gemini` and `blindAnswer` are for those who look at
  /// the result, and the split of an image is that of its first row unless an
  /// earlier result has it.
  var isRequired: Bool { ![.id, .gemini, .blindAnswer, .imageSplit].contains(self) }

  /// Its key in a row.
  var key: RowKey {
    switch self {
    case .gemini: .gemini
    case .blindAnswer: .blindAnswer
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

extension Field: Comparable {
  static func < (first: Field, second: Field) -> Bool { first.rawValue < second.rawValue }
}

/// Where the fields of one row are in a text that many rows share.
struct FieldRanges: Sendable {
  private let start: Int
  private var ends = InlineArray<11, Int>(repeating: 0)
  private var count = 0

  /// - Parameter start: where the first field begins.
  init(from start: Int) { self.start = start }

  /// Adds the next field, in the order of `Field.all`.
  mutating func append(end: Int) {
    ends[count] = end
    count += 1
  }

  /// Where a field is; empty if the row has none.
  subscript(field: Field) -> Range<Int> {
    let place = field.rawValue
    return (place == 0 ? start : ends[place - 1])..<ends[place]
  }
}

/// The fields of one row as JSON text in Python's spelling.
struct RowFields: ~Escapable {
  private let text: Span<UInt8>
  private let ranges: FieldRanges

  /// - Parameter text: what the ranges are of.
  @_lifetime(copy text)
  init(_ text: Span<UInt8>, _ ranges: FieldRanges) {
    self.text = text
    self.ranges = ranges
  }

  /// Whether the row has the field.
  func has(_ field: Field) -> Bool { !ranges[field].isEmpty }

  /// A field; empty if the row has none.
  subscript(field: Field) -> Span<UInt8> {
    @_lifetime(copy self) get { text.extracting(ranges[field]) }
  }

  /// The fields from one to another, one after the other.
  subscript(first: Field, through last: Field) -> Span<UInt8> {
    @_lifetime(copy self) get {
      text.extracting(ranges[first].lowerBound..<ranges[last].upperBound)
    }
  }

  /// Where a field ends, counted from the start of `first`.
  func end(of field: Field, from first: Field) -> Int {
    ranges[field].upperBound - ranges[first].lowerBound
  }
}

extension Span<UInt8> {
  /// Without the quotes of a JSON string; other values as they are.
  var unquoted: Span<UInt8> {
    @_lifetime(copy self) get {
      guard count >= 2, self[0] == UInt8(ascii: "\"") else { return self }
      return extracting(1..<(count - 1))
    }
  }
}
