import Shared

/// A flag of one row, with the words that raised it.
struct RaisedFlag {
  /// Characters that are kept of a word.
  private static let maximumLength = 200

  let flag: AnswerFlag
  let words: [String]

  init(flag: AnswerFlag, words: [String]) {
    self.flag = flag
    self.words = words.map { String($0.prefix(Self.maximumLength)) }
  }

  /// Appends the words as an array of JSON.
  func appendWords(to output: inout [UInt8]) {
    output.append(UInt8(ascii: "["))
    for (place, word) in words.enumerated() {
      if place > 0 { output.append(UInt8(ascii: ",")) }
      JSONText.appendQuoted(word, to: &output)
    }
    output.append(UInt8(ascii: "]"))
  }

  /// Appends the line of `--flags`.
  ///
  /// - Parameters:
  ///   - row: the row's record.
  ///   - sample: whose image is the row's.
  func appendLine(_ row: Span<UInt8>, _ sample: Sample, to output: inout [UInt8]) {
    output.append(#"{"id":"#)
    if Record.range(.id, ofRow: row).isEmpty {
      output.append("null")
    } else {
      output.append(.id, ofRow: row)
    }
    output.append(#","image_hash":""#)
    sample.append(.imageHash, to: &output)
    output.append(#"","flag":""#)
    output += flag.rawValue.utf8
    output.append(#"","words":"#)
    appendWords(to: &output)
    output.append("}\n")
  }
}
