/// What flags need to know of all explanations of a result: how long they are,
/// and which come under several pictures or references.
///
/// In memory: 24 bytes for each row.
struct Explanations {
  private struct Place: Equatable {
    let image: Int
    let reference: Int
  }

  private var counts: [Int: Int] = [:]
  /// Where each text came first.
  private var places: [Int: Place] = [:]
  private var shared: Set<Int> = []
  private(set) var splits = ImageSplits()
  /// What is no outlier; nil if there are too few rows to say so.
  private(set) var lengths: LengthRange?

  /// Takes a row of the result, by its record and the number of its image.
  mutating func add(_ row: Span<UInt8>, image: Int) {
    splits.add(row.extracting(Record.range(.split, ofRow: row)).unquoted, image: image)
    add(row.string(.descriptiveAnswer), reference: row.string(.answer), image: image)
  }

  private mutating func add(_ answer: String, reference: String, image: Int) {
    let words = FlaggedText(FlaggedPair.body(of: answer)).words
    counts[words.count, default: 0] += 1
    guard !words.isEmpty else { return }
    let place = Place(image: image, reference: FlaggedText(reference).words.hashValue)
    let key = words.hashValue
    guard let first = places[key] else {
      places[key] = place
      return
    }
    if first != place { shared.insert(key) }
  }

  /// To be called when all are in.
  mutating func finish() {
    lengths = LengthRange(counts)
    places = [:]
  }

  /// The beginning of an explanation that is also under another picture or
  /// another reference.
  func shared(_ explanation: FlaggedText) -> [String]? {
    let words = explanation.words
    return shared.contains(words.hashValue) ? Array(words.prefix(8)) : nil
  }
}
