import Glibc
import Shared

/// The `metadata.jsonl` of a folder that `load_dataset("imagefolder")` reads:
/// `file_name`, relative to the file's own folder, and a column for each
/// field.
struct ImageFolderFormat: PlainResultFormat {
  private let spelling: PythonSpelling
  /// Where the result lies, from the root.
  private let folder: [Substring]
  private var sample = Sample()
  /// The image's path from `folder` on, spelled, in quotes.
  private var fileName: [UInt8] = []

  /// - Parameter output: where the result goes; nil is stdout, whose reader
  ///   is taken to be in the working directory.
  init(output: String?, spelling: PythonSpelling) {
    self.spelling = spelling
    let isFile = output != nil && output != "-"
    folder = WorkingDirectory.components(isFile ? output ?? "" : "x").dropLast()
  }

  mutating func beginImage(
    _ record: Span<UInt8>, to output: inout [UInt8]
  ) throws(ToolError) {
    sample.beginImage(record)
    let path = String(decoding: sample.decoded(.imagePath), as: UTF8.self)
    let parts = WorkingDirectory.components(path)
    guard parts.starts(with: folder) else {
      throw ToolError(
        "\(path): not below /\(folder.joined(separator: "/")), where the result goes: "
          + "imagefolder looks for images only there")
    }
    fileName.removeAll(keepingCapacity: true)
    var text: [UInt8] = []
    let rest = parts.dropFirst(folder.count).joined(separator: "/")
    JSONText.appendEscaped(rest.utf8Span.span, to: &text)
    spelling.appendString(text.span, to: &fileName)
  }

  mutating func append(_ row: Span<UInt8>, to output: inout [UInt8]) {
    guard sample.isOne(row) else { return }
    output.append(#"{"file_name":"#)
    output += fileName
    output.append(#","question":"#)
    output.append(.question, ofRow: row)
    // Columns have one type: an answer that is a number becomes a string.
    output.append(#","original_answer":""#)
    output.append(unquoted: .answer, ofRow: row)
    output.append(#"","descriptive_answer":"#)
    output.append(.descriptiveAnswer, ofRow: row)
    output.append(#","split":"#)
    output.append(.split, ofRow: row)
    output.append("}\n")
  }

  mutating func end(to output: inout [UInt8]) {}
}
