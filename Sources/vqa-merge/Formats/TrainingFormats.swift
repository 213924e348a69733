import Shared

/// The result for training, a sample for each pair. Pairs of an earlier
/// result that have no answer are none.
struct Sample {
  /// The record of the image that the rows in hand belong to.
  private var image: [UInt8] = []

  mutating func beginImage(_ record: Span<UInt8>) {
    image.removeAll(keepingCapacity: true)
    image.append(record)
  }

  /// Whether a row is a sample.
  func isOne(_ row: Span<UInt8>) -> Bool {
    let answer = Record.range(.descriptiveAnswer, ofRow: row)
    return !answer.isEmpty && row[answer.lowerBound] == UInt8(ascii: "\"")
  }

  /// A field of the image without its quotes.
  func unquoted(_ field: Field) -> ArraySlice<UInt8> {
    var text: [UInt8] = []
    text.append(field, ofImage: image.span)
    return text.unquoted
  }

  /// A field of a row without its quotes, if it has them.
  static func unquoted(_ field: Field, of row: Span<UInt8>) -> ArraySlice<UInt8> {
    var text: [UInt8] = []
    text.append(field, ofRow: row)
    return text.unquoted
  }
}

/// Chat samples as JSON Lines, as TRL's `SFTTrainer` takes them: `messages`
/// whose content is a list of parts, and `images` with the path that the
/// part of type `image` stands for.
struct MessagesFormat: ResultFormat {
  private var sample = Sample()

  mutating func beginImage(_ record: Span<UInt8>, to output: inout [UInt8]) {
    sample.beginImage(record)
  }

  mutating func append(_ row: Span<UInt8>, to output: inout [UInt8]) {
    guard sample.isOne(row) else { return }
    output.append(#"{"messages":[{"role":"user","content":[{"type":"image"},"#)
    output.append(#"{"type":"text","text":"#)
    output.append(.question, ofRow: row)
    output.append(#"}]},{"role":"assistant","content":[{"type":"text","text":"#)
    output.append(.descriptiveAnswer, ofRow: row)
    output.append(#"}]}],"images":[""#)
    output += sample.unquoted(.imagePath)
    output.append("\"]}\n")
  }

  mutating func end(to output: inout [UInt8]) {}
}

/// A JSON array of conversations, as LLaVA's training scripts take it; one
/// sample a line.
struct LLaVAFormat: ResultFormat {
  private var sample = Sample()
  private var isFirst = true

  mutating func beginImage(_ record: Span<UInt8>, to output: inout [UInt8]) {
    sample.beginImage(record)
  }

  mutating func append(_ row: Span<UInt8>, to output: inout [UInt8]) {
    guard sample.isOne(row) else { return }
    output.append(isFirst ? "[\n" : ",\n")
    isFirst = false
    output.append(#"{"id":""#)
    let id = Sample.unquoted(.id, of: row)
    output += id.isEmpty ? sample.unquoted(.imageHash) : id
    output.append(#"","image":""#)
    output += sample.unquoted(.imagePath)
    output.append(#"","conversations":[{"from":"human","value":"<image>\n"#)
    output += Sample.unquoted(.question, of: row)
    output.append(#""},{"from":"gpt","value":"#)
    output.append(.descriptiveAnswer, ofRow: row)
    output.append("}]}")
  }

  mutating func end(to output: inout [UInt8]) { output.append(isFirst ? "[]\n" : "\n]\n") }
}
