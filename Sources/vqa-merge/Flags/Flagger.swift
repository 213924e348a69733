import Shared

/// Finds the flags of a result's rows as they are written, in their order.
///
/// In memory: 24 bytes for each row, for explanations that come again.
struct Flagger {
  /// The image of the rows that come.
  private(set) var sample = Sample()
  private let lengths: LengthRange?
  /// The split of the image's first row; nil before it.
  private var split: String?
  /// Explanations so far: where each came first.
  private var seen: [UInt64: Place] = [:]
  /// Rows by flag.
  private(set) var counts: [String: Int] = [:]

  private struct Place {
    let image: UInt32
    let reference: UInt32
  }

  /// - Parameter lengths: what is no outlier; nil if there are too few rows
  ///   to say so.
  init(lengths: LengthRange?) { self.lengths = lengths }

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
    add(.lengthOutlier, lengths?.outlier(pair.body.wordCount))
    if let blind = RowDetails.blind(row), blind.agrees == false {
      add(.blindDisagrees, [blind.text])
    }
    add(.sameText, repeated(pair))
    let split = row.string(.split)
    if let first = self.split, first != split { add(.twoSplits, [first, split]) }
    self.split = self.split ?? split
    for flag in flags { counts[flag.flag.rawValue, default: 0] += 1 }
    return flags
  }

  /// The beginning of an explanation that was under another picture or another
  /// reference before.
  private mutating func repeated(_ pair: FlaggedPair) -> [String]? {
    let words = pair.body.words
    guard !words.isEmpty else { return nil }
    let key = Self.hash(words)
    let place = Place(
      image: UInt32(truncatingIfNeeded: Self.hash(sample.decoded(.imageHash))),
      reference: UInt32(truncatingIfNeeded: Self.hash(pair.reference.words)))
    guard let first = seen[key] else {
      seen[key] = place
      return nil
    }
    if first.image == place.image, first.reference == place.reference { return nil }
    return Array(words.prefix(8))
  }

  private static func hash(_ value: some Hashable) -> UInt64 {
    UInt64(bitPattern: Int64(value.hashValue))
  }
}
