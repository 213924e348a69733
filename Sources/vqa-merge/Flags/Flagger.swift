import Shared

/// Finds the flags of a result's rows as they are written, in their order.
struct Flagger {
  /// The image of the rows that come.
  private(set) var sample = Sample()
  private let explanations: Explanations
  /// The split of the image's first row; nil before it.
  private var split: String?
  /// Rows by flag.
  private(set) var counts: [String: Int] = [:]

  init(_ explanations: Explanations) { self.explanations = explanations }

  mutating func beginImage(_ record: Span<UInt8>) {
    sample.beginImage(record)
    split = nil
  }

  /// The flags of the next row.
  mutating func flags(of row: Span<UInt8>) -> [RaisedFlag] {
    guard sample.isOne(row) else { return [] }
    let pair = FlaggedPair(
      question: row.string(.question), reference: row.string(.answer),
      answer: row.string(.descriptiveAnswer))
    var flags = pair.flags
    func add(_ flag: AnswerFlag, _ words: [String]?) {
      if let words { flags.append(RaisedFlag(flag: flag, words: words)) }
    }
    add(.lengthOutlier, explanations.lengths?.outlier(pair.body.wordCount))
    if let blind = RowDetails.blind(row), blind.agrees == false {
      add(.blindDisagrees, [blind.text])
    }
    add(.sameText, explanations.shared(pair.body))
    let split = row.string(.split)
    if let first = self.split, first != split { add(.twoSplits, [first, split]) }
    self.split = self.split ?? split
    for flag in flags { counts[flag.flag.rawValue, default: 0] += 1 }
    return flags
  }
}
