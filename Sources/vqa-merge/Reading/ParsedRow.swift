import Shared

/// Rows of one file that follow each other.
struct RowBatch: Sendable {
  /// The file.
  let source: String
  var rows: [ParsedRow] = []
  /// The text of their fields: one buffer, since memory that one thread takes
  /// and another gives back row by row keeps both waiting.
  var text: [UInt8] = []
  /// The length of the lines that are kept as they came.
  var failedBytes = 0

  /// The fields of a row of the batch.
  @_lifetime(borrow self)
  func fields(of row: ParsedRow) -> RowFields { RowFields(text.span, row.ranges) }
}

/// What is asked of each line beside its fields.
struct RowPolicy: Sendable {
  /// Whether the lines without an answer are wanted.
  var keepsFailed = false
  /// nil if there are none.
  var reviews: Reviews?
}

/// What one line says, found without looking at any other, so that lines can
/// be read ahead on another thread.
struct ParsedRow: Sendable {
  /// The line's number in its file.
  let lineNumber: Int
  /// Where its fields are in the text of its batch.
  let ranges: FieldRanges
  private(set) var fingerprints = RowFingerprints()
  /// The row's number in its split.
  private(set) var number: Int?
  /// Why it is not answered, as a code; nil if it is.
  private(set) var failure: [UInt8]?
  /// What stderr is to say of it.
  private(set) var diagnostic: String?
  /// The text that goes to `--failed`; empty if nobody wants it.
  private(set) var failedText: [UInt8] = []
  /// The places of the verdicts on its answer.
  private(set) var verdicts: [Int] = []

  /// A line that is no row: from here on it says so itself.
  ///
  init(malformed line: Line, _ message: String, policy: RowPolicy) {
    lineNumber = line.number
    var ranges = FieldRanges(from: 0)
    for _ in Field.all { ranges.append(end: 0) }
    self.ranges = ranges
    failure = Array("bad_row".utf8)
    diagnostic = message
    if policy.keepsFailed {
      failedText = Intake(stage: Merge.toolName, force: false).rejected(line, message)
    }
  }

  /// - Parameter text: the batch's, to which that of the fields is appended.
  init(
    _ row: borrowing RowView, lineNumber: Int, parser: RowParser, policy: RowPolicy,
    text: inout [UInt8]
  ) {
    self.lineNumber = lineNumber
    ranges = parser.appendFields(of: row, to: &text)
    number = RowParser.number(of: row)
    let fields = RowFields(text.span, ranges)
    fingerprints = RowFingerprints(fields)
    if row.hasError {
      failure = row.value(of: .error)?["code"]?.utf8 ?? Array("unknown".utf8)
    } else if !fields.has(.descriptiveAnswer) {
      failure = Array("no_answer".utf8)
    } else if let missing = fields.missing {
      // Nothing else would say why an answer that is there is missing.
      failure = Array("incomplete".utf8)
      diagnostic = Self.prefix(row) + missing
    } else if let reviews = policy.reviews {
      verdicts = reviews.places(of: fields)
      if let reason = reviews.rejection(verdicts) {
        failure = Array(RejectedRow.code.utf8)
        diagnostic = Self.prefix(row) + reason
        if policy.keepsFailed { failedText = RejectedRow.text(row, reason: reason) }
        return
      }
    }
    if failure != nil, policy.keepsFailed { failedText = [UInt8](copying: row.text) }
  }

  /// The row's id, for its message.
  private static func prefix(_ row: borrowing RowView) -> String {
    row.value(of: .id)?.string.map { "\($0): " } ?? ""
  }
}

/// What rows are compared by.
struct RowFingerprints: Sendable {
  /// nil if the row has no id.
  var id: Fingerprint?
  /// 0 if it has no question.
  var question: UInt64 = 0
  /// nil if it names no image.
  var imageHash: Fingerprint?
  /// Of path and size; 0 if it does not have both.
  var imageAttributes: UInt64 = 0

  init() {}

  init(_ row: borrowing RowFields) {
    if row.has(.id) { id = Fingerprint(row[.id]) }
    if row.has(.question) { question = Fingerprint.short(row[.question]) }
    if row.has(.imageHash) { imageHash = Fingerprint(row[.imageHash]) }
    if row.has(.imagePath), row.has(.imageSize) {
      imageAttributes = Fingerprint.short(row[.imagePath, through: .imageSize])
    }
  }
}

extension RowFields {
  /// What an answered row lacks to enter the result, as a clause for its
  /// message; nil if nothing.
  fileprivate var missing: String? {
    var missing: [Field] = []
    for field in Field.all where field.isRequired && !has(field) { missing.append(field) }
    if missing.isEmpty { return nil }
    let names = missing.map(\.key.rawValue).joined(separator: ", ")
    let isImage = missing.contains { $0 >= .imageHash }
    return "an answer without a sound \(names)"
      + (isImage ? "; vqa-hash adds what an image lacks" : "")
  }
}
