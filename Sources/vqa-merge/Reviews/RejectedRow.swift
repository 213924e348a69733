import Shared

/// The line of a rejected answer in `--failed`: the row as it came, but with
/// an error of `vqa-gemini`'s in place of its answer, so that
/// `vqa-gemini --refresh` asks anew.
enum RejectedRow {
  static let code = "rejected"

  /// - Parameter reason: why, for the error's message.
  static func text(_ row: borrowing RowView, reason: String) -> [UInt8] {
    Row(row).replacing(
      [.descriptiveAnswer, .gemini, .error],
      with: error(reason, answer: row.value(of: .descriptiveAnswer)?.text))
  }

  /// The row that a pair of an earlier result would have been.
  static func text(ofPair row: borrowing RowFields, reason: String) -> [UInt8] {
    var output: [UInt8] = Array("{".utf8)
    for field in [Field.split, .question, .answer, .imageHash, .imagePath] {
      output += "\"\(field.key.rawValue)\":".utf8
      output.append(row[field])
      output += ",".utf8
    }
    output += "\"image_size\":[".utf8
    output.append(row[.imageSize])
    output += "],".utf8
    output += error(reason, answer: [UInt8](copying: row[.descriptiveAnswer])[...])
    return output + "}".utf8
  }

  /// - Parameter answer: its JSON text.
  private static func error(_ reason: String, answer: ArraySlice<UInt8>?) -> [UInt8] {
    var output = Array(#""error":{"stage":"vqa-gemini","code":"\#(code)","message":"#.utf8)
    JSONText.appendQuoted(reason, to: &output)
    if let answer { output += ",\"text\":".utf8 + answer }
    return output + "}".utf8
  }
}
