import Shared

/// Chat samples as JSON Lines, as TRL's `SFTTrainer` takes them: `messages`
/// whose content is a list of parts, and `images` with the path that the
/// part of type `image` stands for. The chat templates of some models write
/// that part as `<image>`, so the texts hold none.
struct MessagesFormat: PlainResultFormat {
  private var sample: Sample

  init(sample: Sample) { self.sample = sample }

  mutating func beginImage(_ record: Span<UInt8>, to output: inout [UInt8]) {
    sample.beginImage(record)
  }

  mutating func append(_ row: Span<UInt8>, to output: inout [UInt8]) {
    guard sample.isOne(row) else { return }
    output.append(#"{"messages":[{"role":"user","content":[{"type":"image"},"#)
    output.append(#"{"type":"text","text":""#)
    output.append(unmarked: .question, ofRow: row)
    output.append(#""}]},{"role":"assistant","content":[{"type":"text","text":""#)
    output.append(unmarked: .descriptiveAnswer, ofRow: row)
    output.append(#""}]}],"images":[""#)
    sample.appendPath(to: &output)
    output.append("\"]}\n")
  }

  mutating func end(to output: inout [UInt8]) {}
}
