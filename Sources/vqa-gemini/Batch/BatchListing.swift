import Shared

/// The journal for programs: an object for each part.
enum BatchListing {
  static func line(_ part: BatchPart) -> [UInt8] {
    var text = Array("{\"display_name\":".utf8)
    JSONText.appendQuoted(part.name, to: &text)
    text += ",\"job\":".utf8
    append(part.job, to: &text)
    text += ",\"state\":\"\(part.state.rawValue)\",\"model\":".utf8
    JSONText.appendQuoted(part.model, to: &text)
    text += ",\"requests\":\(part.lines),\"questions\":\(part.questions)".utf8
    text += ",\"input_tokens\":\(part.tokens),\"bytes\":\(part.bytes),\"sha256\":".utf8
    append(part.digest, to: &text)
    text += ",\"file\":".utf8
    append(part.file, to: &text)
    text += ",\"since\":\"\(Timestamp.text(part.created))\"}".utf8
    return text
  }

  private static func append(_ name: String?, to text: inout [UInt8]) {
    if let name { JSONText.appendQuoted(name, to: &text) } else { text += "null".utf8 }
  }
}
