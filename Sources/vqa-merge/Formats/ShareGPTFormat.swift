import Shared

/// Conversations as JSON Lines, as LLaMA-Factory takes them with the
/// `dataset_info.json` beside them, and ms-swift as they are: one `<image>`
/// for the one path in `images`.
struct ShareGPTFormat: PlainResultFormat {
  private var sample: Sample

  init(sample: Sample) { self.sample = sample }

  mutating func beginImage(_ record: Span<UInt8>, to output: inout [UInt8]) {
    sample.beginImage(record)
  }

  mutating func append(_ row: Span<UInt8>, to output: inout [UInt8]) {
    guard sample.isOne(row) else { return }
    output.append(#"{"conversations":[{"from":"human","value":"<image>\n"#)
    output.append(unmarked: .question, ofRow: row)
    output.append(#""},{"from":"gpt","value":""#)
    output.append(unmarked: .descriptiveAnswer, ofRow: row)
    output.append(#""}],"images":[""#)
    sample.appendPath(to: &output)
    output.append("\"]}\n")
  }

  mutating func end(to output: inout [UInt8]) {}
}
