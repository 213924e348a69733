import Shared

/// What one run of the tool is to do.
struct MergeOptions {
  /// Input files; stdin if there are none.
  var operands: [String] = []
  /// Where the result goes; nil or `-` for stdout.
  var output: String?
  /// Where lines without an answer go.
  var failed: String?
  /// An earlier result to add to.
  var into: String?
  /// How many rows must come in; nil for any number.
  var expected: Int?
  /// Where the statistics go; `-` for stderr.
  var stats: String?
  /// Files of verdicts.
  var reviews: [String] = []
  /// Where the flags of rows go.
  var flags: String?
  /// Where the data card goes.
  var card: String?
  /// For the card, the file of the prompt that was asked.
  var prompt: String?
  /// For the card, as the Hub spells it.
  var license = "unknown"
  var format = FormatName.nested
  var isASCII = true
  var isCompact = false
  /// Whether samples name images by absolute paths.
  var hasAbsolutePaths = false
  /// Whether the page holds its pictures.
  var embedsImages = false
  /// Bytes that a Parquet file takes before the next begins; nil for one file.
  var shardSize: Int?
}

/// What became of the lines.
struct MergeCounts {
  var lines = 0
  var answers = 0
  var images = 0
  var duplicates = 0
  /// Rows without an answer that no answered twin makes up for.
  var unanswered = 0

  var summary: String {
    func count(_ number: Int, _ one: String, _ many: String) -> String {
      "\(number) \(number == 1 ? one : many)"
    }
    var text = "\(count(lines, "row", "rows")): \(count(answers, "answer", "answers"))"
    text += " on \(count(images, "image", "images"))"
    if duplicates > 0 { text += ", \(count(duplicates, "duplicate", "duplicates")) left out" }
    if unanswered > 0 { text += ", \(unanswered) without an answer" }
    return text
  }
}

extension MergeOptions {
  /// Whether answers are counted.
  var countsAnswers: Bool { stats != nil || card != nil }
  /// Whether `gemini` and `blind_answer` are looked at.
  var looksAtAnswers: Bool { countsAnswers || findsFlags }
  /// Whether flags are looked for.
  var findsFlags: Bool { flags != nil || card != nil || format == .html }

  /// The earlier result, locked, if this run replaces it; nil if not.
  func lockedResult() throws(ToolError) -> LockedFile? {
    guard let into, output != "-" else { return nil }
    guard let output, FileTarget(output).key != FileTarget(into).key else {
      return try LockedFile(into)
    }
    return nil
  }
}
