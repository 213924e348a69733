import Shared

/// Finds the flags of a result's rows as they are written, in their order.
///
/// In memory: 24 bytes for each row, for explanations that come again.
struct Flagger {
  private var sample = Sample()
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

  mutating func beginImage(_ record: Span<UInt8>) {
    sample.beginImage(record)
    split = nil
  }

  /// Appends a line of JSON for each flag of a row.
  mutating func append(_ row: Span<UInt8>, to output: inout [UInt8]) {
    guard sample.isOne(row) else { return }
    let pair = FlaggedPair(
      question: Self.text(.question, row), reference: Self.text(.answer, row),
      answer: Self.text(.descriptiveAnswer, row))
    var flags = pair.flags
    if let words = repeated(pair, row) { flags.append((.sameText, words)) }
    let split = Self.text(.split, row)
    if let first = self.split, first != split { flags.append((.twoSplits, [first, split])) }
    self.split = self.split ?? split
    for (flag, words) in flags {
      counts[flag.rawValue, default: 0] += 1
      appendLine(row, flag, words, to: &output)
    }
  }

  /// The beginning of an explanation that was under another picture or another
  /// reference before.
  private mutating func repeated(_ pair: FlaggedPair, _ row: Span<UInt8>) -> [String]? {
    let key = Self.hash(pair.body.words)
    guard !pair.body.words.isEmpty else { return nil }
    let place = Place(
      image: UInt32(truncatingIfNeeded: Self.hash(sample.decoded(.imageHash))),
      reference: UInt32(truncatingIfNeeded: Self.hash(pair.reference.words)))
    guard let first = seen[key] else {
      seen[key] = place
      return nil
    }
    if first.image == place.image, first.reference == place.reference { return nil }
    return Array(pair.body.words.prefix(8))
  }

  private static func hash(_ value: some Hashable) -> UInt64 {
    UInt64(bitPattern: Int64(value.hashValue))
  }

  private static func text(_ field: Field, _ row: Span<UInt8>) -> String {
    let value = row.extracting(Record.range(field, ofRow: row)).unquoted
    return String(decoding: JSONText.decoded(value), as: UTF8.self)
  }

  private func appendLine(
    _ row: Span<UInt8>, _ flag: AnswerFlag, _ words: [String], to output: inout [UInt8]
  ) {
    output.append(#"{"id":"#)
    if Record.range(.id, ofRow: row).isEmpty {
      output.append("null")
    } else {
      output.append(.id, ofRow: row)
    }
    output.append(#","image_hash":""#)
    sample.append(.imageHash, to: &output)
    output.append(#"","flag":""#)
    output += Array(flag.rawValue.utf8)
    output.append(#"","words":["#)
    for (place, word) in words.enumerated() {
      if place > 0 { output.append(UInt8(ascii: ",")) }
      JSONText.appendQuoted(word, to: &output)
    }
    output.append("]}\n")
  }
}
