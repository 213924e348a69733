import Shared

/// A JSON array of conversations, as LLaVA's training scripts take it; one
/// sample a line.
struct LLaVAFormat: PlainResultFormat {
  private var sample: Sample
  private var isFirst = true

  init(sample: Sample) { self.sample = sample }

  mutating func beginImage(_ record: Span<UInt8>, to output: inout [UInt8]) {
    sample.beginImage(record)
  }

  mutating func append(_ row: Span<UInt8>, to output: inout [UInt8]) {
    guard sample.isOne(row) else { return }
    output.append(isFirst ? "[\n" : ",\n")
    isFirst = false
    output.append(#"{"id":""#)
    if Record.range(.id, ofRow: row).isEmpty {
      sample.append(.imageHash, to: &output)
    } else {
      output.append(unquoted: .id, ofRow: row)
    }
    output.append(#"","image":""#)
    sample.appendPath(to: &output)
    output.append(#"","conversations":[{"from":"human","value":"<image>\n"#)
    output.append(unmarked: .question, ofRow: row)
    output.append(#""},{"from":"gpt","value":""#)
    output.append(unmarked: .descriptiveAnswer, ofRow: row)
    output.append("\"}]}")
  }

  mutating func end(to output: inout [UInt8]) { output.append(isFirst ? "[]\n" : "\n]\n") }
}
