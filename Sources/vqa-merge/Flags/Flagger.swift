import Shared

/// Finds the flags of a result's rows as they are written, in their order.
struct Flagger {
  /// The image of the rows that come.
  private(set) var sample = Sample()
  private let explanations: Explanations
  /// By the position of a picture's head in the result the splits that it is
  /// in, if these are several.
  private let splits: [UInt32: [String]]
  /// The position of the record that comes next.
  private var position: UInt32 = 0
  /// The splits of the image, if these are several.
  private var imageSplits: [String]?
  /// Rows by flag.
  private(set) var counts: [String: Int] = [:]

  init(_ explanations: Explanations, order: ResultOrder) {
    self.explanations = explanations
    splits = explanations.splits.names(byPosition: order.images)
  }

  mutating func beginImage(_ record: Span<UInt8>) {
    sample.beginImage(record)
    imageSplits = splits[position]
    position += 1
  }

  /// The flags of the next row.
  mutating func flags(of row: Span<UInt8>) -> [RaisedFlag] {
    position += 1
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
    add(.twoSplits, imageSplits)
    for flag in flags { counts[flag.flag.rawValue, default: 0] += 1 }
    return flags
  }
}
