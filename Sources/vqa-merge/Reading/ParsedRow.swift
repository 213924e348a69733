import Shared

/// Rows of one file that follow each other.
struct RowBatch: Sendable {
  /// The file.
  let source: String
  var rows: [ParsedRow] = []
  /// The text of their facts: one buffer, since memory that one thread takes
  /// and another gives back row by row keeps both waiting.
  var text: [UInt8] = []
}

/// What one line says, found without looking at any other, so that lines can
/// be read ahead on another thread.
struct ParsedRow: Sendable {
  /// The line's number in its file.
  let lineNumber: Int
  /// Their text is the batch's, which must be lent first.
  var facts = Facts()
  private(set) var fingerprints = Fingerprints()
  /// The row's number in its split.
  private(set) var number: Int?
  /// Why it is not answered, as a code; nil if it is.
  private(set) var failure: [UInt8]?
  /// What stderr is to be told of it.
  private(set) var diagnostic: String?
  /// The text that goes to `--failed`; empty if nobody wants it.
  private(set) var failedText: [UInt8] = []

  /// What rows are compared by.
  struct Fingerprints: Sendable {
    /// nil if there is nothing to tell the row by.
    var id: Fingerprint?
    /// 0 if it has no question.
    var question: UInt64 = 0
    /// nil if it names no image.
    var imageHash: Fingerprint?
    /// Of path and size; 0 if it does not tell both.
    var imageFacts: UInt64 = 0

    init() {}

    init(_ facts: Facts) {
      if facts.has(.id) { id = Fingerprint(facts[.id].span) }
      if facts.has(.question) { question = Fingerprint.short(facts[.question].span) }
      if facts.has(.imageHash) { imageHash = Fingerprint(facts[.imageHash].span) }
      if facts.has(.imagePath), facts.has(.imageSize) {
        imageFacts = Fingerprint.short(facts[.imagePath ... .imageSize].span)
      }
    }
  }

  /// - Parameters:
  ///   - keepsFailed: whether somebody wants the lines without an answer.
  ///   - text: the batch's, to which that of the facts is appended.
  init(_ line: Line, parser: RowParser, keepsFailed: Bool, text: inout [UInt8]) {
    lineNumber = line.number
    guard !line.isTooLong else {
      reject(line, "longer than \(LineReader.maximumLength) bytes", keepsFailed)
      return
    }
    do throws(JSONError) {
      take(try Row(line: line.text), parser, &text)
    } catch {
      reject(line, String(describing: error), keepsFailed)
      return
    }
    if failure != nil, keepsFailed { failedText = line.text }
  }

  /// A line that is no JSON object: from here on it says so itself.
  private mutating func reject(_ line: Line, _ message: String, _ keepsFailed: Bool) {
    failure = Array("bad_row".utf8)
    diagnostic = message
    if keepsFailed {
      failedText = Intake(stage: Merge.toolName, force: false).rejected(line, message)
    }
  }

  private mutating func take(_ row: Row, _ parser: RowParser, _ text: inout [UInt8]) {
    facts = parser.facts(of: row, in: &text)
    defer { facts.giveBack(&text) }
    fingerprints = Fingerprints(facts)
    number = RowParser.number(of: row)
    if RowParser.hasError(row) {
      failure = row[.error]?["code"]?.utf8 ?? Array("unknown".utf8)
    } else if !facts.has(.descriptiveAnswer) {
      failure = Array("no_answer".utf8)
    } else if let lack = facts.lack {
      // Nothing else would tell why an answer that is there is missing.
      failure = Array("incomplete".utf8)
      diagnostic = (row[.id]?.string.map { "\($0): " } ?? "") + lack
    }
  }
}

extension Facts {
  /// What an answered row lacks to enter the result, as a clause for its
  /// message; nil if nothing.
  fileprivate var lack: String? {
    if Field.all.allSatisfy({ !$0.isNeeded || has($0) }) { return nil }
    let missing = Field.all.filter { $0.isNeeded && !has($0) }
    let names = missing.map(\.key.rawValue).joined(separator: ", ")
    let isImage = missing.contains { $0 >= .imageHash }
    return "an answer without a sound \(names)"
      + (isImage ? "; vqa-hash adds what an image lacks" : "")
  }
}
