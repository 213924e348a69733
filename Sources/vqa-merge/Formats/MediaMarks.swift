import Shared

/// The words in a sample's text that trainers replace by media: a sample has
/// exactly as many of them as it has pictures, so those that a question or an
/// answer happens to hold are taken out.
///
/// LLaMA-Factory (`mm_plugin.py`) and ms-swift count them in all turns and
/// refuse a sample whose counts differ.
enum MediaMarks {
  private static let marks = ["<image>", "<video>", "<audio>"].map { Array($0.utf8) }

  /// Appends a string's JSON text without its marks and the white space that
  /// follows each.
  static func appendWithout(_ text: Span<UInt8>, to output: inout [UInt8]) {
    let start = output.count
    var index = 0
    while index < text.count {
      output.append(text[index])
      index += 1
      guard output.last == UInt8(ascii: ">"),
        let mark = marks.first(where: { endsWith($0, output, from: start) })
      else { continue }
      // What was before the mark is looked at again with what follows it:
      // "<im<image>age>" leaves none.
      output.removeLast(mark.count)
      index = skipSpace(text, from: index)
    }
  }

  private static func endsWith(_ mark: [UInt8], _ output: [UInt8], from start: Int) -> Bool {
    output.count - start >= mark.count && output[(output.count - mark.count)...] == mark[...]
  }

  /// Behind spaces and escaped line feeds.
  private static func skipSpace(_ text: Span<UInt8>, from start: Int) -> Int {
    var index = start
    while index < text.count {
      if text[index] == UInt8(ascii: " ") {
        index += 1
      } else if index + 1 < text.count, text[index] == UInt8(ascii: "\\"),
        text[index + 1] == UInt8(ascii: "n")
      {
        index += 2
      } else {
        break
      }
    }
    return index
  }
}

extension [UInt8] {
  /// Appends a field of a row without its quotes and without marks of media.
  mutating func append(unmarked field: Field, ofRow row: Span<UInt8>) {
    MediaMarks.appendWithout(
      row.extracting(Record.range(field, ofRow: row)).unquoted, to: &self)
  }
}
